package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.cluster.sql.ClassifiedStatement.Checkpoint;
import io.duckherder.cluster.sql.ClassifiedStatement.Write;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlToken;
import java.util.List;
import java.util.Set;

/**
 * Tells which statements clients may run on live databases: those that change what is in a
 * database. What acts on the server, on its files or on which databases there are, is the
 * operator's; when a checkpoint happens, is the driver's.
 */
final class LiveWrites {
  private static final Set<String> ROWS =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY");

  private static final Set<String> OTHERS = Set.of("VACUUM", "ANALYZE", "EXPORT");

  /** DuckDB keeps secrets and attached databases for the whole process. */
  private static final Set<String> OF_OPERATOR = Set.of("SECRET", "DATABASE", "SCHEDULE");

  private static final Set<String> MODIFIERS =
      Set.of("OR", "REPLACE", "PERSISTENT", "TEMP", "TEMPORARY", "UNIQUE", "ON");

  private static final String OWN_DATABASE = "memory";

  private LiveWrites() {}

  /** What a statement is that is no read, no command of the session and no call. */
  static ClassifiedStatement classify(String sql, List<SqlToken> tokens) {
    String keyword = tokens.get(0).keyword();
    if (ROWS.contains(keyword)) {
      if (keyword.equals("COPY")
          && isKeyword(tokens, 1, "FROM")
          && isKeyword(tokens, 2, "DATABASE")) {
        return new Write(sql, "COPY FROM DATABASE", false);
      }
      return new Write(sql, keyword, StatementClassifier.returns(tokens), target(keyword, tokens));
    }
    if (OTHERS.contains(keyword)) {
      return new Write(sql, keyword, false);
    }
    return switch (keyword) {
      case "CREATE", "ALTER", "DROP", "COMMENT" -> definition(sql, keyword, tokens);
      case "CHECKPOINT" -> checkpoint(tokens, 1);
      case "FORCE" -> {
        if (!isKeyword(tokens, 1, "CHECKPOINT")) {
          throw StatementClassifier.ofOperator(keyword);
        }
        yield checkpoint(tokens, 2);
      }
      default -> throw StatementClassifier.ofOperator(keyword);
    };
  }

  /** The table that a statement writes; anything, unless that is clear. */
  private static WrittenTables target(String keyword, List<SqlToken> tokens) {
    return switch (keyword) {
      case "INSERT", "MERGE" -> after("INTO", tokens);
      case "DELETE" -> after("FROM", tokens);
      case "UPDATE" -> named(tokens, isKeyword(tokens, 1, "OR") ? 3 : 1);
      case "TRUNCATE" -> named(tokens, isKeyword(tokens, 1, "TABLE") ? 2 : 1);
      default -> WrittenTables.ANY;
    };
  }

  /** The first such word of these statements is followed by the table. */
  private static WrittenTables after(String word, List<SqlToken> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i).isKeyword(word)) {
        return named(tokens, i + 1);
      }
    }
    return WrittenTables.ANY;
  }

  /** The last part of a qualified name. */
  private static WrittenTables named(List<SqlToken> tokens, int at) {
    int last = at;
    while (last + 2 < tokens.size() && tokens.get(last + 1).isSign('.')) {
      last += 2;
    }
    String name = last < tokens.size() ? tokens.get(last).name() : "";
    return name.isEmpty() ? WrittenTables.ANY : WrittenTables.of(name);
  }

  private static Write definition(String sql, String keyword, List<SqlToken> tokens) {
    int at = 1;
    while (at < tokens.size() && MODIFIERS.contains(tokens.get(at).keyword())) {
      at++;
    }
    String kind = at < tokens.size() ? tokens.get(at).keyword() : "";
    if (OF_OPERATOR.contains(kind)) {
      throw StatementClassifier.ofOperator(keyword + " " + kind);
    }
    if (keyword.equals("CREATE")) {
      requireLasting(tokens, at + 1);
    }
    return new Write(sql, keyword, false);
  }

  /** DuckDB has a database of the connection's own, in which nothing outlives the statement. */
  private static void requireLasting(List<SqlToken> tokens, int from) {
    for (int i = from; i + 1 < tokens.size(); i++) {
      SqlToken token = tokens.get(i);
      if (token.isSign('(') || token.isKeyword("AS")) {
        return;
      }
      if (token.name().equalsIgnoreCase(OWN_DATABASE) && tokens.get(i + 1).isSign('.')) {
        throw new DuckherderException(
            StandardErrorCode.OBJECT_NOT_FOUND,
            "Cannot create anything in \"%s\": the cluster has no such database; CREATE TEMP TABLE keeps rows for the session"
                .formatted(token.name()));
      }
    }
  }

  private static Checkpoint checkpoint(List<SqlToken> tokens, int at) {
    return new Checkpoint(at < tokens.size() ? tokens.get(at).name() : "");
  }

  private static boolean isKeyword(List<SqlToken> tokens, int at, String keyword) {
    return at < tokens.size() && tokens.get(at).isKeyword(keyword);
  }
}

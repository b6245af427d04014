package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.functions.ClusterFunctions;
import io.duckherder.cluster.sql.ClassifiedStatement.Explain;
import io.duckherder.cluster.sql.ClassifiedStatement.LocalWrite;
import io.duckherder.cluster.sql.ClassifiedStatement.PlainRead;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.cluster.sql.ClassifiedStatement.Refresh;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionCommand;
import io.duckherder.cluster.sql.ClassifiedStatement.SessionVerb;
import io.duckherder.cluster.sql.ClassifiedStatement.SnapshotCall;
import io.duckherder.cluster.sql.ClassifiedStatement.Write;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells what a statement is. Whether it is a read, DuckDB's parser says; of the rest the first
 * keyword decides. What is not known to be harmless is refused.
 */
final class StatementClassifier {
  private static final Set<String> READS =
      Set.of(
          "",
          "SELECT",
          "FROM",
          "WITH",
          "VALUES",
          "TABLE",
          "PIVOT",
          "UNPIVOT",
          "SHOW",
          "DESCRIBE",
          "DESC",
          "SUMMARIZE");

  /** Pragmas that ask, and how to ask the same as a SELECT. */
  private static final Map<String, String> PRAGMAS =
      Map.ofEntries(
          Map.entry("table_info", "FROM pragma_table_info"),
          Map.entry("storage_info", "FROM pragma_storage_info"),
          Map.entry("metadata_info", "FROM pragma_metadata_info"),
          Map.entry("show", "FROM pragma_show"),
          Map.entry("database_size", "FROM pragma_database_size"),
          Map.entry("version", "FROM pragma_version"),
          Map.entry("platform", "FROM pragma_platform"),
          Map.entry("user_agent", "FROM pragma_user_agent"),
          Map.entry("collations", "FROM pragma_collations"),
          Map.entry("functions", "FROM duckdb_functions"),
          Map.entry("database_list", "FROM duckdb_databases"),
          Map.entry("show_databases", "FROM duckdb_databases"),
          Map.entry("show_tables", "FROM duckdb_tables"));

  private static final Set<String> ROW_WRITES =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE");
  private static final Set<String> DEFINITIONS = Set.of("ALTER", "DROP", "COMMENT");

  /** What a session may have of its own, and so may define anew. */
  private static final Set<String> LOCAL_KINDS =
      Set.of("TABLE", "VIEW", "SEQUENCE", "MACRO", "FUNCTION", "TYPE", "COLUMN", "INDEX");

  private static final Set<String> TEMPORARY_KINDS =
      Set.of("TABLE", "VIEW", "MACRO", "FUNCTION", "SEQUENCE", "TYPE", "RECURSIVE");

  private static final Map<String, SessionVerb> ENDS =
      Map.of(
          "COMMIT", SessionVerb.COMMIT,
          "END", SessionVerb.COMMIT,
          "ROLLBACK", SessionVerb.ROLLBACK,
          "ABORT", SessionVerb.ROLLBACK);

  private final Connection connection;
  private final FileUses fileUses;
  private final boolean writable;

  private StatementClassifier(Connection connection, FileUses fileUses, boolean writable) {
    this.connection = connection;
    this.fileUses = fileUses;
    this.writable = writable;
  }

  /**
   * What a text is if it takes no database to know: such statements must do even when a file has
   * changed and cannot be opened.
   */
  static Optional<ClassifiedStatement> classifyAlone(String text) {
    String sql = only(text);
    List<SqlToken> tokens = SqlScript.tokens(sql);
    if (tokens.size() > 1
        && tokens.get(0).isKeyword("CALL")
        && tokens.get(1).isKeyword("duckherder_refresh")) {
      return Optional.of(refresh(tokens));
    }
    if (resets(tokens)) {
      return Optional.of(new SessionCommand(sql, SessionVerb.RESET));
    }
    boolean bare =
        tokens.size() == 1
            || (tokens.size() == 2
                && Set.of("TRANSACTION", "WORK").contains(tokens.get(1).keyword()));
    return bare
        ? Optional.ofNullable(ENDS.get(tokens.get(0).keyword()))
            .map(v -> new SessionCommand(sql, v))
        : Optional.empty();
  }

  /** What sets a setting back must do even if its value cannot be set any more. */
  private static boolean resets(List<SqlToken> tokens) {
    return tokens.get(0).isKeyword("RESET")
        && (tokens.size() == 2 || (tokens.size() == 3 && tokens.get(1).isKeyword("VARIABLE")));
  }

  private static Refresh refresh(List<SqlToken> tokens) {
    if (tokens.size() != 5 || tokens.get(3).kind() != SqlToken.Kind.STRING) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "duckherder_refresh takes the name of a database: CALL duckherder_refresh('db')");
    }
    String literal = tokens.get(3).text();
    return new Refresh(literal.substring(1, literal.length() - 1).replace("''", "'"));
  }

  /**
   * What the one statement of a text is; fails if it names a file that clients may not have.
   *
   * @param fileUses what looks at them
   * @param writable whether there are databases that clients may write
   */
  static ClassifiedStatement classify(
      Connection connection, String text, FileUses fileUses, boolean writable) {
    return new StatementClassifier(connection, fileUses, writable).classify(text);
  }

  private ClassifiedStatement classify(String text) {
    String sql = only(text);
    JsonNode tree = SyntaxTree.parse(connection, sql);
    if (!SyntaxTree.isError(tree)) {
      ServerFunctions.requireNone(connection, tree);
      fileUses.require(tree);
      if (writable && SyntaxTree.writes(tree)) {
        SyntaxTree.requireOneStatement(tree);
        return new Write(sql, "SELECT", true);
      }
      SyntaxTree.requireOneQuery(tree);
      return new Read(sql, tree);
    }
    if (SyntaxTree.isSyntaxError(tree)) {
      throw syntaxError(connection, sql, tree);
    }
    // DuckDB does not tell here how many statements it sees: it is given what holds only one.
    String plain = SqlScript.plain(sql);
    ServerFunctions.requireNone(connection, plain);
    fileUses.require(plain);
    return byKeyword(plain);
  }

  private static String only(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new DuckherderException(
          StandardErrorCode.SYNTAX_ERROR,
          "Cannot run a text with the character U+0000 in it; write chr(0) in its place");
    }
    List<String> statements = SqlScript.split(text);
    if (statements.size() != 1) {
      throw new DuckherderException(
          StandardErrorCode.SYNTAX_ERROR,
          statements.isEmpty()
              ? "There is no statement in the text"
              : "Cannot run %d statements at once; send them one by one"
                  .formatted(statements.size()));
    }
    return statements.get(0);
  }

  private ClassifiedStatement byKeyword(String sql) {
    List<SqlToken> tokens = SqlScript.tokens(sql);
    String keyword = tokens.get(0).keyword();
    if (keyword.equals("WITH") && writesRows(tokens)) {
      return writable
          ? new Write(sql, "WITH ... INSERT", returns(tokens))
          : new LocalWrite(sql, "WITH ... INSERT", false);
    }
    if (READS.contains(keyword)) {
      return new PlainRead(sql, false);
    }
    return switch (keyword) {
      case "EXPLAIN" -> explain(sql, tokens);
      case "CALL" -> call(sql, tokens);
      case "PRAGMA" -> pragma(sql, tokens);
      case "SET" -> new SessionCommand(sql, SessionVerb.SET);
      case "RESET" -> new SessionCommand(sql, SessionVerb.RESET);
      case "USE" -> new SessionCommand(sql, SessionVerb.USE);
      case "BEGIN", "START" -> new SessionCommand(sql, SessionVerb.BEGIN);
      case "COMMIT", "END" -> new SessionCommand(sql, SessionVerb.COMMIT);
      case "ROLLBACK", "ABORT" -> new SessionCommand(sql, SessionVerb.ROLLBACK);
      case "COPY", "EXPORT" -> copy(sql, tokens);
      default -> writable ? LiveWrites.classify(sql, tokens) : write(sql, keyword, tokens);
    };
  }

  private ClassifiedStatement copy(String sql, List<SqlToken> tokens) {
    if (!writable) {
      throw ofOperator(tokens.get(0).keyword());
    }
    fileUses.requireCopied(tokens);
    return LiveWrites.classify(sql, tokens);
  }

  /** Whether the statement after the queries of a WITH changes rows. */
  private static boolean writesRows(List<SqlToken> tokens) {
    int depth = 0;
    for (SqlToken token : tokens) {
      if (token.isSign('(')) {
        depth++;
      } else if (token.isSign(')')) {
        depth--;
      } else if (depth == 0 && ROW_WRITES.contains(token.keyword())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a statement that changes rows gives them. */
  static boolean returns(List<SqlToken> tokens) {
    int depth = 0;
    for (SqlToken token : tokens) {
      depth += token.isSign('(') ? 1 : token.isSign(')') ? -1 : 0;
      if (depth == 0 && token.isKeyword("RETURNING")) {
        return true;
      }
    }
    return false;
  }

  /** A read is explained by us; with DuckDB's options, by DuckDB. */
  private ClassifiedStatement explain(String sql, List<SqlToken> tokens) {
    int at = 1;
    boolean analyze = at < tokens.size() && tokens.get(at).isKeyword("ANALYZE");
    at += analyze ? 1 : 0;
    boolean options =
        at + 1 < tokens.size()
            && tokens.get(at).isSign('(')
            && Set.of("ANALYZE", "FORMAT", "SQL", "VERBOSE").contains(tokens.get(at + 1).keyword());
    int explained = options ? afterParenthesis(tokens, at) : at;
    if (explained >= tokens.size()) {
      throw new DuckherderException(StandardErrorCode.SYNTAX_ERROR, "There is nothing to EXPLAIN");
    }
    ClassifiedStatement read = classify(sql.substring(tokens.get(explained).start()));
    if (read instanceof Write) {
      return new Write(sql, "EXPLAIN", true);
    }
    if (read instanceof Read || read instanceof PlainRead) {
      if (!options) {
        return new Explain(read, analyze, false);
      }
      Set<String> chosen =
          tokens.subList(at, explained).stream()
              .map(SqlToken::keyword)
              .collect(Collectors.toCollection(HashSet::new));
      boolean json = chosen.contains("FORMAT") && chosen.contains("JSON");
      boolean analyzed = analyze || chosen.contains("ANALYZE");
      chosen.removeAll(Set.of("", "ANALYZE", "FORMAT", "JSON"));
      return json && chosen.isEmpty()
          ? new Explain(read, analyzed, true)
          : new PlainRead(sql, true);
    }
    throw new DuckherderException(
        StandardErrorCode.UNSUPPORTED,
        "Cannot EXPLAIN %s; only reads are explained".formatted(tokens.get(explained).text()));
  }

  private static int afterParenthesis(List<SqlToken> tokens, int open) {
    int at = open;
    int depth = 0;
    do {
      depth += tokens.get(at).isSign('(') ? 1 : tokens.get(at).isSign(')') ? -1 : 0;
      at++;
    } while (depth > 0 && at < tokens.size());
    return at;
  }

  private ClassifiedStatement call(String sql, List<SqlToken> tokens) {
    String name = tokens.size() > 1 ? tokens.get(1).name().toLowerCase(Locale.ROOT) : "";
    if (name.equals("duckherder_refresh")) {
      return refresh(tokens);
    }
    if (name.startsWith("duckdb_") || name.startsWith("pragma_")) {
      return classify("FROM " + sql.substring(tokens.get(1).start()));
    }
    if (writable && SnapshotCalls.isOne(name)) {
      return new SnapshotCall(name, sql.substring(tokens.get(1).start()));
    }
    Optional<String> ofCluster =
        ClusterFunctions.called(name, sql.substring(tokens.get(1).start()));
    if (ofCluster.isPresent()) {
      return classify(ofCluster.get());
    }
    throw new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot CALL \"%s\"; clients may call duckherder_..., duckdb_... and pragma_... functions"
            .formatted(name));
  }

  private ClassifiedStatement pragma(String sql, List<SqlToken> tokens) {
    String name = tokens.size() > 1 ? tokens.get(1).name().toLowerCase(Locale.ROOT) : "";
    if (tokens.size() > 2 && tokens.get(2).isSign('=')) {
      return new SessionCommand("SET " + sql.substring(tokens.get(1).start()), SessionVerb.SET);
    }
    String select = PRAGMAS.get(name);
    if (select != null) {
      String arguments = sql.substring(tokens.get(1).end());
      return classify(select + (arguments.isBlank() ? "()" : arguments));
    }
    throw new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot run PRAGMA \"%s\"; clients may run %s"
            .formatted(name, String.join(", ", PRAGMAS.keySet().stream().sorted().toList())));
  }

  private static ClassifiedStatement write(String sql, String keyword, List<SqlToken> tokens) {
    if (keyword.equals("CREATE")) {
      int at = 1;
      if (tokens.size() > 3 && tokens.get(1).isKeyword("OR")) {
        at = 3;
      }
      boolean temporary =
          at + 1 < tokens.size()
              && Set.of("TEMP", "TEMPORARY").contains(tokens.get(at).keyword())
              && TEMPORARY_KINDS.contains(tokens.get(at + 1).keyword());
      if (temporary) {
        return new LocalWrite(sql, keyword + " TEMP", true);
      }
      throw readOnly(keyword);
    }
    if (ROW_WRITES.contains(keyword)) {
      return new LocalWrite(sql, keyword, false);
    }
    if (DEFINITIONS.contains(keyword)) {
      int at = keyword.equals("COMMENT") ? 2 : 1;
      String kind = at < tokens.size() ? tokens.get(at).keyword() : "";
      if (LOCAL_KINDS.contains(kind)) {
        return new LocalWrite(sql, keyword, false);
      }
      throw ofOperator(keyword + " " + kind);
    }
    throw ofOperator(keyword);
  }

  static DuckherderException ofOperator(String what) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot run %s: it acts on the server or its files, which belong to the operator"
            .formatted(what));
  }

  static DuckherderException readOnly(String keyword) {
    return new DuckherderException(
        StandardErrorCode.READ_ONLY_DATABASE,
        ("Cannot run %s: the databases of this cluster are external and read-only; CREATE TEMP TABLE"
                + " keeps rows for the session")
            .formatted(keyword));
  }

  /** DuckDB's message with the line and the place. */
  private static DuckherderException syntaxError(Connection connection, String sql, JsonNode tree) {
    if (!SyntaxTree.isParserError(tree)) {
      return SyntaxTree.failure(tree);
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return SyntaxTree.failure(tree);
    } catch (SQLException e) {
      return DuckDBErrors.translate(e);
    }
  }
}

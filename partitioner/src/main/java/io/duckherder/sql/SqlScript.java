package io.duckherder.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text with statements in it, separated by semicolons. Splitting needs no grammar, only to know
 * where strings, quoted names and comments end.
 */
public final class SqlScript {
  private SqlScript() {}

  /** The statements, without their semicolons; empty ones are left out. */
  public static List<String> split(String text) {
    List<String> statements = new ArrayList<>();
    int from = -1;
    int to = -1;
    for (SqlToken token : SqlLexer.tokens(text)) {
      if (token.isSign(';')) {
        if (from >= 0) {
          statements.add(text.substring(from, to));
        }
        from = -1;
      } else {
        from = from < 0 ? token.start() : from;
        to = token.end();
      }
    }
    if (from >= 0) {
      statements.add(text.substring(from, to));
    }
    return List.copyOf(statements);
  }

  /**
   * A statement in a form that leaves no doubt where its tokens end: without comments, with plain
   * blanks and line ends for all space, and with one before each string.
   *
   * @throws DuckherderException SYNTAX_ERROR if something in it does not end, or is no character of
   *     SQL
   */
  public static String plain(String statement) {
    StringBuilder plain = new StringBuilder();
    @Nullable SqlToken before = null;
    for (SqlToken token : SqlLexer.tokens(statement)) {
      requireReadable(token);
      if (before != null) {
        plain.append(gap(statement.substring(before.end(), token.start()), before, token));
      }
      plain.append(token.text());
      before = token;
    }
    return plain.toString();
  }

  private static String gap(String space, SqlToken before, SqlToken after) {
    if (space.indexOf('\n') >= 0 || space.indexOf('\r') >= 0) {
      return "\n";
    }
    boolean prefixed = before.isKeyword("X") || before.isKeyword("B");
    boolean string = after.kind() == SqlToken.Kind.STRING && !prefixed;
    return space.isEmpty() && !string ? "" : " ";
  }

  private static void requireReadable(SqlToken token) {
    if (token.kind() == SqlToken.Kind.UNTERMINATED) {
      throw new DuckherderException(
          StandardErrorCode.SYNTAX_ERROR,
          "Cannot read the statement: the string, name or comment at position %d does not end"
              .formatted(token.start()));
    }
    if (token.kind() == SqlToken.Kind.SIGN && Character.isISOControl(token.text().charAt(0))) {
      throw new DuckherderException(
          StandardErrorCode.SYNTAX_ERROR,
          "Cannot read the statement: there is a control character at position %d"
              .formatted(token.start()));
    }
  }

  /** The tokens of a text. */
  public static List<SqlToken> tokens(String text) {
    return List.copyOf(SqlLexer.tokens(text));
  }

  /** The first keyword in upper case; empty if the text begins with something else. */
  public static String firstKeyword(String text) {
    List<SqlToken> tokens = SqlLexer.tokens(text);
    return tokens.isEmpty() ? "" : tokens.get(0).keyword();
  }

  /**
   * Whether what was typed so far can be run: it ends with a semicolon that is in no string, quoted
   * name or comment, or there is nothing in it.
   */
  public static boolean isComplete(String text) {
    List<SqlToken> tokens = SqlLexer.tokens(text);
    return tokens.isEmpty() || tokens.get(tokens.size() - 1).isSign(';');
  }
}

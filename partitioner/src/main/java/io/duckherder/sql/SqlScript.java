package io.duckherder.sql;

import java.util.ArrayList;
import java.util.List;

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

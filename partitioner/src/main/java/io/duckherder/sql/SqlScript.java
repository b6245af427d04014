package io.duckherder.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
   * A statement that runs a prepared one.
   *
   * @param name of the prepared statement
   * @param prepared its text, whose parameters have numbers or names, {@code $name}
   * @param values SQL expressions for its parameters; by their first uses if they have names
   * @throws DuckherderException INVALID_QUERY if there are not as many values as names
   */
  public static String execute(String name, String prepared, List<String> values) {
    List<String> names = parameterNames(prepared);
    if (!names.isEmpty() && names.size() != values.size()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "The statement has %d parameters, and %d values were given"
              .formatted(names.size(), values.size()));
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      arguments.add(
          names.isEmpty()
              ? values.get(i)
              : SqlText.identifier(names.get(i)) + " := " + values.get(i));
    }
    return "EXECUTE " + name + "(" + String.join(", ", arguments) + ")";
  }

  private static List<String> parameterNames(String statement) {
    Map<String, String> names = new LinkedHashMap<>();
    List<SqlToken> tokens = SqlLexer.tokens(statement);
    for (int i = 0; i < tokens.size(); i++) {
      String word = tokens.get(i).isSign('$') ? adjacentWord(tokens, i) : "";
      if (!word.isEmpty() && !Character.isDigit(word.charAt(0))) {
        names.putIfAbsent(word.toLowerCase(Locale.ROOT), word);
      }
    }
    return List.copyOf(names.values());
  }

  /** The word that follows a sign without a gap, or an empty text. */
  private static String adjacentWord(List<SqlToken> tokens, int sign) {
    boolean follows =
        sign + 1 < tokens.size()
            && tokens.get(sign + 1).kind() == SqlToken.Kind.WORD
            && tokens.get(sign + 1).start() == tokens.get(sign).end();
    return follows ? tokens.get(sign + 1).text() : "";
  }

  /** A statement with NULL for each parameter. */
  public static String withNulls(String statement) {
    List<SqlToken> tokens = SqlLexer.tokens(statement);
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int i = 0; i < tokens.size(); i++) {
      SqlToken token = tokens.get(i);
      String word = adjacentWord(tokens, i);
      if (token.isSign('?') || token.isSign('$') && !word.isEmpty()) {
        boolean named = token.isSign('$') || !word.isEmpty() && Character.isDigit(word.charAt(0));
        text.append(statement, from, token.start()).append("NULL");
        from = token.end() + (named ? word.length() : 0);
      }
    }
    return text.append(statement, from, statement.length()).toString();
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

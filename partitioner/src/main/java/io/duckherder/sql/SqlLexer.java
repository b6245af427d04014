package io.duckherder.sql;

import io.duckherder.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds where DuckDB's words, strings and comments begin and end. It knows no grammar: DuckDB
 * parses.
 */
final class SqlLexer {
  private final String text;
  private final List<SqlToken> tokens = new ArrayList<>();
  private int position;

  private SqlLexer(String text) {
    this.text = text;
  }

  static List<SqlToken> tokens(String text) {
    SqlLexer lexer = new SqlLexer(text);
    while (lexer.position < text.length()) {
      lexer.step();
    }
    return lexer.tokens;
  }

  private void step() {
    char c = text.charAt(position);
    if (isSpace(c)) {
      position++;
    } else if (text.startsWith("--", position)) {
      lineComment();
    } else if (text.startsWith("/*", position)) {
      comment();
    } else if (c == '\'') {
      quoted('\'', Kind.STRING);
    } else if (c == '"') {
      quoted('"', Kind.QUOTED_NAME);
    } else if (c == '$' && dollarTag() != null) {
      dollarString();
    } else if (isWordPart(c)) {
      word();
    } else {
      add(Kind.SIGN, position + 1);
    }
  }

  private void lineComment() {
    while (position < text.length()
        && text.charAt(position) != '\n'
        && text.charAt(position) != '\r') {
      position++;
    }
  }

  /** Comments nest, as in PostgreSQL. */
  private void comment() {
    int depth = 1;
    int at = position + 2;
    while (at < text.length() && depth > 0) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    }
    if (depth > 0) {
      add(Kind.UNTERMINATED, text.length());
    } else {
      position = at;
    }
  }

  /** A quote is doubled inside. */
  private void quoted(char quote, Kind kind) {
    int at = position + 1;
    while (at < text.length()) {
      if (text.charAt(at) != quote) {
        at++;
      } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
        at += 2;
      } else {
        add(kind, at + 1);
        return;
      }
    }
    add(Kind.UNTERMINATED, text.length());
  }

  /** {@code E'it\'s'}: a backslash hides the quote after it. */
  private void escapeString() {
    int at = position + 2;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' || (c == '\'' && at + 1 < text.length() && text.charAt(at + 1) == '\'')) {
        at += 2;
      } else if (c == '\'') {
        add(Kind.STRING, at + 1);
        return;
      } else {
        at++;
      }
    }
    add(Kind.UNTERMINATED, text.length());
  }

  /** The {@code $tag$} that begins here, or null: {@code $1} and {@code $name} are parameters. */
  private @Nullable String dollarTag() {
    int at = position + 1;
    while (at < text.length() && isWordPart(text.charAt(at)) && text.charAt(at) != '$') {
      at++;
    }
    boolean digitFirst = position + 1 < at && Character.isDigit(text.charAt(position + 1));
    return at < text.length() && text.charAt(at) == '$' && !digitFirst
        ? text.substring(position, at + 1)
        : null;
  }

  private void dollarString() {
    String tag = Objects.requireNonNull(dollarTag());
    int close = text.indexOf(tag, position + tag.length());
    if (close < 0) {
      add(Kind.UNTERMINATED, text.length());
    } else {
      add(Kind.STRING, close + tag.length());
    }
  }

  private void word() {
    char first = Character.toUpperCase(text.charAt(position));
    if (first == 'E' && position + 1 < text.length() && text.charAt(position + 1) == '\'') {
      escapeString();
      return;
    }
    int at = position;
    while (at < text.length() && (isWordPart(text.charAt(at)) || text.charAt(at) == '$')) {
      at++;
    }
    add(Kind.WORD, at);
  }

  private void add(Kind kind, int end) {
    int bounded = Math.min(end, text.length());
    tokens.add(new SqlToken(kind, text.substring(position, bounded), position));
    position = bounded;
  }

  /** DuckDB takes the spaces of Unicode for spaces, and three more that have no width. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == '\u200B'
        || c == '\u2060'
        || c == '\uFEFF';
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || (c >= 0x80 && !isSpace(c));
  }
}

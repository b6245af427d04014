package io.duckherder.sql;

import java.util.Locale;

/**
 * A word, name, string or sign of a statement; comments and space are none.
 *
 * @param kind what it is
 * @param text as it is written, quotes included
 * @param start where it begins in the text
 */
public record SqlToken(Kind kind, String text, int start) {
  /** What a token is. */
  public enum Kind {
    /** A keyword, an unquoted name or a number. */
    WORD,
    /** A name in double quotes. */
    QUOTED_NAME,
    /** A string in single quotes or between dollar signs. */
    STRING,
    /** One character of anything else. */
    SIGN,
    /** A string, name or comment that the text ends in the middle of. */
    UNTERMINATED
  }

  /** Where it ends in the text, exclusive. */
  public int end() {
    return start + text.length();
  }

  /** Whether it is this keyword, in any case. */
  public boolean isKeyword(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  /** Whether it is this sign. */
  public boolean isSign(char sign) {
    return kind == Kind.SIGN && text.charAt(0) == sign;
  }

  /** The keyword in upper case, or an empty text if this is no word. */
  public String keyword() {
    return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : "";
  }

  /** The name that a word or a quoted name stands for; other tokens as they are written. */
  public String name() {
    return kind == Kind.QUOTED_NAME
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text;
  }
}

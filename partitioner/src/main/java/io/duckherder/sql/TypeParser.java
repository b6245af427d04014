package io.duckherder.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads type names as DuckDB writes them, by recursive descent. */
final class TypeParser {
  private final String text;
  private int at;

  private TypeParser(String text) {
    this.text = text;
  }

  static DuckDBType parse(String text) {
    TypeParser parser = new TypeParser(text);
    DuckDBType type = parser.type();
    parser.blanks();
    if (parser.at != text.length()) {
      throw parser.unexpected();
    }
    return type;
  }

  private DuckDBType type() {
    DuckDBType type = base();
    while (peek('[')) {
      at++;
      int start = at;
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
      String size = text.substring(start, at);
      expect(']');
      type =
          size.isEmpty()
              ? new DuckDBType.ListOf(type)
              : new DuckDBType.ArrayOf(type, Integer.parseInt(size));
    }
    return type;
  }

  private DuckDBType base() {
    blanks();
    if (at < text.length() && text.charAt(at) == '"') {
      return new DuckDBType.Scalar(SqlText.identifier(quoted('"')), "");
    }
    String name = words();
    if (!peek('(')) {
      return new DuckDBType.Scalar(name, "");
    }
    switch (name) {
      case "STRUCT":
        return new DuckDBType.Composite(DuckDBType.Kind.STRUCT, members());
      case "UNION":
        return new DuckDBType.Composite(DuckDBType.Kind.UNION, members());
      case "TUPLE":
        return new DuckDBType.Composite(DuckDBType.Kind.TUPLE, unnamedMembers());
      case "MAP":
        expect('(');
        DuckDBType key = type();
        expect(',');
        DuckDBType value = type();
        expect(')');
        return new DuckDBType.MapOf(key, value);
      default:
        return new DuckDBType.Scalar(name, arguments());
    }
  }

  private List<DuckDBType.Member> members() {
    List<DuckDBType.Member> members = new ArrayList<>();
    expect('(');
    do {
      blanks();
      boolean quoted = at < text.length() && text.charAt(at) == '"';
      String name = quoted ? quoted('"') : word();
      blanks();
      boolean unnamed = at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ')');
      members.add(
          unnamed ? new DuckDBType.Member("", parse(name)) : new DuckDBType.Member(name, type()));
    } while (comma());
    expect(')');
    return members;
  }

  private List<DuckDBType.Member> unnamedMembers() {
    List<DuckDBType.Member> members = new ArrayList<>();
    expect('(');
    do {
      members.add(new DuckDBType.Member("", type()));
    } while (comma());
    expect(')');
    return members;
  }

  private boolean comma() {
    if (!peek(',')) {
      return false;
    }
    at++;
    return true;
  }

  /** The text between balanced parentheses; quotes may hold parentheses. */
  private String arguments() {
    expect('(');
    int start = at;
    int depth = 1;
    while (depth > 0) {
      if (at >= text.length()) {
        throw unexpected();
      }
      char c = text.charAt(at);
      if (c == '\'' || c == '"') {
        quoted(c);
        continue;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      at++;
    }
    return text.substring(start, at - 1);
  }

  /** {@code TIMESTAMP WITH TIME ZONE} is three words, a member's type ends at , ) or [. */
  private String words() {
    StringBuilder words = new StringBuilder(word());
    while (true) {
      int before = at;
      blanks();
      if (at == before || at >= text.length() || !Character.isLetter(text.charAt(at))) {
        return words.toString().toUpperCase(Locale.ROOT);
      }
      words.append(' ').append(word());
    }
  }

  private String word() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (start == at) {
      throw unexpected();
    }
    return text.substring(start, at);
  }

  private String quoted(char quote) {
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw unexpected();
      }
      char c = text.charAt(at++);
      if (c != quote) {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        value.append(quote);
        at++;
      } else {
        return value.toString();
      }
    }
  }

  private boolean peek(char c) {
    int before = at;
    blanks();
    if (at < text.length() && text.charAt(at) == c) {
      return true;
    }
    at = before;
    return false;
  }

  private void expect(char c) {
    blanks();
    if (at >= text.length() || text.charAt(at) != c) {
      throw unexpected();
    }
    at++;
  }

  private void blanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private DuckherderException unexpected() {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED_TYPE,
        "Cannot read DuckDB type \"%s\" at position %d".formatted(text, at));
  }
}

package io.duckherder.spark.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the type texts that DuckDB prints; it is not meant for texts that people write. */
final class TypeParser {
  private final String text;
  private int at;

  TypeParser(String text) {
    this.text = text;
  }

  DuckDBType parse() {
    try {
      DuckDBType type = type();
      return at == text.length() ? type : new DuckDBType.Unknown(text);
    } catch (Unreadable e) {
      return new DuckDBType.Unknown(text);
    }
  }

  private DuckDBType type() {
    int start = at;
    DuckDBType type = base(phrase(), start);
    while (accept('[')) {
      while (peek() != ']') {
        at++;
      }
      at++;
      type = new DuckDBType.Sequence(type);
    }
    return type;
  }

  private DuckDBType base(String name, int start) {
    return switch (name) {
      case "STRUCT" -> new DuckDBType.Struct(members());
      case "TUPLE" -> new DuckDBType.Struct(tupleMembers());
      case "UNION" -> new DuckDBType.Union(members());
      case "ENUM" -> {
        skipParentheses();
        yield new DuckDBType.Enumeration();
      }
      case "MAP" -> {
        expect('(');
        DuckDBType key = type();
        comma();
        DuckDBType value = type();
        expect(')');
        yield new DuckDBType.Map(key, value);
      }
      case "DECIMAL" -> {
        expect('(');
        int precision = number();
        comma();
        int scale = number();
        expect(')');
        yield new DuckDBType.Decimal(precision, scale);
      }
      default -> {
        if (peekOrEnd() == '(') {
          skipParentheses();
          yield new DuckDBType.Unknown(text.substring(start, at));
        }
        yield PlainTypes.isKnown(name)
            ? new DuckDBType.Plain(name)
            : new DuckDBType.Unknown(text.substring(start, at));
      }
    };
  }

  /** Words up to a bracket or comma: {@code TIMESTAMP WITH TIME ZONE}. */
  private String phrase() {
    if (peek() == '"') {
      return quoted().toUpperCase(Locale.ROOT);
    }
    int start = at;
    while (at < text.length() && "[](),".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at).trim().toUpperCase(Locale.ROOT);
  }

  private List<DuckDBType.Member> members() {
    List<DuckDBType.Member> members = new ArrayList<>();
    expect('(');
    do {
      spaces();
      String name = peek() == '"' ? quoted() : word();
      spaces();
      members.add(new DuckDBType.Member(name, type()));
    } while (accept(','));
    expect(')');
    return members;
  }

  private List<DuckDBType.Member> tupleMembers() {
    List<DuckDBType.Member> members = new ArrayList<>();
    expect('(');
    do {
      spaces();
      members.add(new DuckDBType.Member("_" + (members.size() + 1), type()));
    } while (accept(','));
    expect(')');
    return members;
  }

  private String word() {
    int start = at;
    while (peek() != ' ') {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    return quoted('"');
  }

  private String quoted(char quote) {
    expect(quote);
    StringBuilder name = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c != quote) {
        name.append(c);
      } else if (peekOrEnd() == quote) {
        name.append(quote);
        at++;
      } else {
        return name.toString();
      }
    }
  }

  private void skipParentheses() {
    expect('(');
    int depth = 1;
    while (depth > 0) {
      char c = peek();
      if (c == '\'' || c == '"') {
        quoted(c);
        continue;
      }
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
      at++;
    }
  }

  private int number() {
    spaces();
    int start = at;
    while (Character.isDigit(peek())) {
      at++;
    }
    if (start == at) {
      throw new Unreadable();
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private void comma() {
    expect(',');
    spaces();
  }

  private void spaces() {
    while (peekOrEnd() == ' ') {
      at++;
    }
  }

  private boolean accept(char wanted) {
    if (peekOrEnd() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw new Unreadable();
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new Unreadable();
    }
    return text.charAt(at);
  }

  private char peekOrEnd() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  /** The text is not of a form that this parser knows. */
  private static final class Unreadable extends RuntimeException {}
}

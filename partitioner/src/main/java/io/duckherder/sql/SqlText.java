package io.duckherder.sql;

import java.util.List;
import java.util.stream.Collectors;

/** Writes names and strings into SQL. The only place that quotes. */
public final class SqlText {
  private SqlText() {}

  /** A name in double quotes. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A dotted name, each part in double quotes. */
  public static String qualified(String... parts) {
    return qualified(List.of(parts));
  }

  /** A dotted name, each part in double quotes. */
  public static String qualified(List<String> parts) {
    return parts.stream().map(SqlText::identifier).collect(Collectors.joining("."));
  }

  /** A string in single quotes; DuckDB's parser would end it at the character U+0000. */
  public static String literal(String value) {
    String quoted = '\'' + value.replace("'", "''") + '\'';
    return value.indexOf('\0') < 0
        ? quoted
        : call("concat", quoted.replace("\0", "', " + call("chr", "0") + ", '"));
  }

  /** A call of DuckDB's own function or operator, also where a macro has its name. */
  public static String call(String function, String... arguments) {
    return call(function, List.of(arguments));
  }

  /** A call of DuckDB's own function or operator, also where a macro has its name. */
  public static String call(String function, List<String> arguments) {
    return "\"system\".main."
        + identifier(function)
        + arguments.stream().collect(Collectors.joining(", ", "(", ")"));
  }
}

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

  /** A string in single quotes. */
  public static String literal(String value) {
    return '\'' + value.replace("'", "''") + '\'';
  }
}

package io.duckherder.cluster.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The conditions of a catalog question. Names are compared exactly or, for patterns, with {@code %}
 * and {@code _} as wildcards and a backslash before one that is meant.
 */
final class NameFilter {
  private final List<String> conditions = new ArrayList<>();
  private final List<String> parameters = new ArrayList<>();

  /** Wants a column to have a value, if a value is given. */
  NameFilter equal(String column, boolean given, String value) {
    return add(given, column + " = ?", value);
  }

  /** Wants a column to match a pattern, if a pattern is given. */
  NameFilter like(String column, boolean given, String pattern) {
    return add(given, column + " LIKE ? ESCAPE '\\'", pattern);
  }

  /** Wants a column to have one of some values, if there are any. */
  NameFilter anyOf(String column, List<String> values) {
    if (!values.isEmpty()) {
      conditions.add(
          values.stream().map(v -> "?").collect(Collectors.joining(", ", column + " IN (", ")")));
      parameters.addAll(values);
    }
    return this;
  }

  private NameFilter add(boolean given, String condition, String value) {
    if (given) {
      conditions.add(condition);
      parameters.add(value);
    }
    return this;
  }

  /** The conditions, to be put after others: {@code AND a = ? AND ...}, or nothing. */
  String sql() {
    return conditions.stream().map(c -> " AND " + c).collect(Collectors.joining());
  }

  List<String> parameters() {
    return List.copyOf(parameters);
  }
}

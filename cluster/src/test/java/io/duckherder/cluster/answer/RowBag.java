package io.duckherder.cluster.answer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows in any order, each as often as it was put in. */
final class RowBag {
  private final Map<String, List<List<@Nullable Object>>> rows = new HashMap<>();
  private int size;

  void add(List<@Nullable Object> row) {
    rows.computeIfAbsent(Values.exactPart(row), key -> new ArrayList<>()).add(row);
    size++;
  }

  /** Takes out a row that is the same as one given; false if there is none. */
  boolean take(List<@Nullable Object> row) {
    List<List<@Nullable Object>> alike = rows.getOrDefault(Values.exactPart(row), List.of());
    // From the end, where taking one out is cheap.
    for (int i = alike.size() - 1; i >= 0; i--) {
      if (Values.allSame(alike.get(i), row)) {
        alike.remove(i);
        size--;
        return true;
      }
    }
    return false;
  }

  int size() {
    return size;
  }

  /** One of the rows, to be shown. */
  String anyRow() {
    return rows.values().stream()
        .filter(alike -> !alike.isEmpty())
        .findFirst()
        .map(alike -> Values.shown(alike.get(0)))
        .orElse("none");
  }
}

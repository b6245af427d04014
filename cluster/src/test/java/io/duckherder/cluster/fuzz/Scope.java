package io.duckherder.cluster.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * What a part of a query can name.
 *
 * @param key columns that tell its rows apart, empty if none are known to
 * @param rows about how many rows it has
 */
record Scope(List<Column> columns, List<String> key, long rows) {
  Scope {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * A column or an expression.
   *
   * @param sql how a query names it
   * @param edges whether it may hold values that sums, casts and arithmetic cannot take, or that
   *     are written in several ways: -0.0 and 0.0, or letters of both cases under a collation
   * @param inexact whether its last digits depend on the order of rows
   */
  record Column(String sql, Kind kind, boolean edges, boolean inexact) {
    Column as(String name) {
      return new Column(name, kind, edges, inexact);
    }

    Column withEdges() {
      return new Column(sql, kind, true, inexact);
    }
  }

  List<Column> of(Kind kind) {
    return columns.stream().filter(c -> c.kind() == kind && !c.edges() && !c.inexact()).toList();
  }

  /** The columns whose values do not depend on the order of rows. */
  List<Column> exact() {
    return columns.stream().filter(c -> !c.inexact()).toList();
  }

  /** The columns of both. */
  Scope and(Scope other, long joined) {
    List<Column> all = new ArrayList<>(columns);
    all.addAll(other.columns);
    List<String> keys = new ArrayList<>();
    if (!key.isEmpty() && !other.key.isEmpty()) {
      keys.addAll(key);
      keys.addAll(other.key);
    }
    return new Scope(all, keys, joined);
  }

  Scope withRows(long estimate) {
    return new Scope(columns, key, estimate);
  }
}

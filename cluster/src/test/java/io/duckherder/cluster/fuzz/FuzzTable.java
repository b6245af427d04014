package io.duckherder.cluster.fuzz;

import java.util.List;

/**
 * A table of the fuzzer. Its column {@code id} is unique and never NULL; {@code fk} holds ids of
 * any table, {@code k} few values.
 *
 * @param rows about how many rows it has
 */
record FuzzTable(String name, int rows, List<Column> columns) {

  /**
   * A column.
   *
   * @param edges whether it holds values at the edges of its type, which sums, casts and arithmetic
   *     cannot take
   */
  record Column(String name, FuzzType type, boolean edges) {}
}

package io.duckherder.spark.tpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that a query gave. Rows are compared without order, values exactly, but for doubles,
 * whose last digits depend on the order in which partitions are added up: they may differ by one
 * part in a thousand million. Of a query that orders, the columns that it orders by must come in
 * the same sequence, which also says which rows may be cut off by a limit.
 */
record TpcAnswer(StructType schema, List<Row> rows, List<Integer> orderColumns) {
  private static final double BOUND = 1e-9;

  static TpcAnswer of(Dataset<Row> query) {
    return new TpcAnswer(query.schema(), query.collectAsList(), QueryOrder.columns(query));
  }

  /**
   * What another answer to the same query has wrong, if anything.
   *
   * @param whole the answer to the query without its limit, among whose rows equal ones may be cut
   */
  Optional<String> difference(TpcAnswer other, Supplier<TpcAnswer> whole) {
    if (!types().equals(other.types())) {
      return Optional.of("columns are %s, not %s".formatted(other.types(), types()));
    }
    if (rows.size() != other.rows.size()) {
      return Optional.of("%d rows, not %d".formatted(other.rows.size(), rows.size()));
    }
    return wrongOrder(other).or(() -> missing(other).flatMap(row -> whole.get().missing(other)));
  }

  /** The first row of another answer that this one lacks. */
  private Optional<String> missing(TpcAnswer other) {
    Map<List<Object>, List<Row>> unmatched = new HashMap<>();
    rows.forEach(row -> unmatched.computeIfAbsent(exact(row), key -> new ArrayList<>()).add(row));
    for (Row row : other.rows) {
      List<Row> candidates = unmatched.getOrDefault(exact(row), List.of());
      Optional<Row> match = candidates.stream().filter(each -> isNear(each, row)).findFirst();
      if (match.isEmpty()) {
        return Optional.of("row %s, expected one of %s".formatted(row, candidates));
      }
      candidates.remove(match.get());
    }
    return Optional.empty();
  }

  private Optional<String> wrongOrder(TpcAnswer other) {
    for (int i = 0; i < rows.size(); i++) {
      for (int column : orderColumns) {
        if (!isNear(rows.get(i), other.rows.get(i), column)) {
          return Optional.of(
              "row %d orders as %s, not as %s".formatted(i, other.rows.get(i), rows.get(i)));
        }
      }
    }
    return Optional.empty();
  }

  private List<String> types() {
    return IntStream.range(0, schema.size())
        .mapToObj(i -> schema.apply(i).name() + " " + schema.apply(i).dataType().sql())
        .toList();
  }

  /** The values that must be equal: all but the doubles. */
  private List<Object> exact(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      values.add(isDouble(i) ? "" : String.valueOf(row.get(i)));
    }
    return values;
  }

  private boolean isNear(Row one, Row other) {
    return IntStream.range(0, schema.size()).allMatch(i -> isNear(one, other, i));
  }

  private boolean isNear(Row one, Row other, int column) {
    if (!isDouble(column) || one.isNullAt(column) || other.isNullAt(column)) {
      return String.valueOf(one.get(column)).equals(String.valueOf(other.get(column)));
    }
    double first = one.getDouble(column);
    double second = other.getDouble(column);
    return Double.compare(first, second) == 0
        || Math.abs(first - second) <= BOUND * Math.max(Math.abs(first), Math.abs(second));
  }

  private boolean isDouble(int column) {
    return schema.apply(column).dataType().equals(DataTypes.DoubleType);
  }
}

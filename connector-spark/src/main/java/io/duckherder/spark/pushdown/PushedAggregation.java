package io.duckherder.spark.pushdown;

import io.duckherder.spark.expression.TypedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An aggregation that DuckDB does with Spark's answer.
 *
 * @param keys what it groups by
 * @param aggregates the functions
 * @param columns the columns of the rows that it reads
 * @param mergeable whether Spark can put together the answers for parts of the rows
 */
public record PushedAggregation(
    List<TypedSql> keys, List<TypedSql> aggregates, Set<String> columns, boolean mergeable) {
  public PushedAggregation {
    keys = List.copyOf(keys);
    aggregates = List.copyOf(aggregates);
    columns = Set.copyOf(columns);
  }

  /** What it gives: the keys, then the aggregates. */
  public List<TypedSql> outputs() {
    List<TypedSql> outputs = new ArrayList<>(keys);
    outputs.addAll(aggregates);
    return outputs;
  }

  /** The clause that groups, with a space before it; empty if there is one group. */
  String groupBy() {
    return keys.isEmpty()
        ? ""
        : keys.stream().map(TypedSql::sql).collect(Collectors.joining(", ", " GROUP BY ", ""));
  }
}

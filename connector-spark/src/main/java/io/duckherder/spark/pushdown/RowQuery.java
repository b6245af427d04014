package io.duckherder.spark.pushdown;

import io.duckherder.plan.PushedQuery;
import io.duckherder.spark.expression.TypedSql;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.jspecify.annotations.Nullable;

/**
 * A query over the rows of a scan that is put together as Spark pushes its parts: an aggregation, a
 * sort order, a limit, an offset. Driver-only.
 */
public final class RowQuery {
  /** No column has such a name, so that no order means an output that it does not mean. */
  private static final String OUTPUT = "duckherder_output_";

  /**
   * Partitions are ranges of rowids, over which DuckDB 2.0 fails with an internal error where a
   * limit is small enough for it to look up columns late. Spark takes the first rows of all
   * partitions anyway.
   */
  private static final long LEAST_OF_PARTITION = 51;

  private final Set<String> orderColumns = new LinkedHashSet<>();
  private @Nullable PushedAggregation aggregation;
  private PushedQuery.Scope scope = PushedQuery.Scope.PARTITION;
  private String order = "";
  private OptionalLong limit = OptionalLong.empty();
  private long offset;

  /** Groups the rows. */
  public void aggregate(PushedAggregation asked, PushedQuery.Scope over) {
    aggregation = asked;
    scope = over;
  }

  /** The aggregation, if there is one. */
  public Optional<PushedAggregation> aggregation() {
    return Optional.ofNullable(aggregation);
  }

  /** Whether it is the answer, and not one of several that have to be put together. */
  public boolean isWhole() {
    return scope == PushedQuery.Scope.WHOLE;
  }

  /** Whether more can be asked of what it gives: parts of groups have no first row. */
  public boolean canContinue() {
    return aggregation == null || isWhole();
  }

  /** Whether nothing is asked but the rows. */
  public boolean isEmpty() {
    return aggregation == null && limit.isEmpty() && offset == 0;
  }

  /** Keeps the first rows of an order. */
  public void sort(SortOrder[] orders, String sql, long rows) {
    order = sql;
    limit = OptionalLong.of(rows);
    for (SortOrder one : orders) {
      AggregateTranslator.addColumns(one.expression(), orderColumns);
    }
  }

  /** Keeps the first rows. */
  public void limit(long rows) {
    limit = OptionalLong.of(rows);
  }

  /** Leaves out the first rows: those of the limit, if there was one before. */
  public void offset(long rows) {
    offset = rows;
    if (limit.isPresent()) {
      limit = OptionalLong.of(Math.max(0, limit.getAsLong() - rows));
    }
  }

  /** The columns that it reads, where Spark wants some of the rows'. */
  public List<String> columns(List<String> wanted) {
    Set<String> columns = new LinkedHashSet<>();
    if (aggregation == null) {
      columns.addAll(wanted);
    } else {
      aggregation.columns().stream().sorted().forEach(columns::add);
    }
    columns.addAll(orderColumns);
    return List.copyOf(columns);
  }

  /** It as it is sent; empty if only the rows are asked for. */
  public Optional<PushedQuery> build(List<String> wanted) {
    if (isEmpty()) {
      return Optional.empty();
    }
    String groups = aggregation == null ? "" : aggregation.groupBy();
    String sql =
        "SELECT "
            + outputs(wanted)
            + " FROM "
            + PushedQuery.ROWS
            + groups
            + (order.isEmpty() ? "" : " ORDER BY " + order)
            + (limit.isPresent() ? " LIMIT " + rows(limit.getAsLong()) : "")
            + (offset > 0 ? " OFFSET " + offset : "");
    return Optional.of(new PushedQuery(sql, scope));
  }

  /** The most rows that one run of it gives, where it says so itself. */
  public OptionalLong most() {
    long groups = aggregation != null && aggregation.keys().isEmpty() ? 1 : Long.MAX_VALUE;
    long most = limit.isPresent() ? Math.min(groups, rows(limit.getAsLong())) : groups;
    return most == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(most);
  }

  private long rows(long wanted) {
    return isWhole() ? wanted : Math.max(wanted, LEAST_OF_PARTITION);
  }

  private String outputs(List<String> wanted) {
    if (aggregation == null) {
      return wanted.isEmpty()
          ? "true AS counted"
          : wanted.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    }
    List<String> outputs = new ArrayList<>();
    for (TypedSql output : aggregation.outputs()) {
      outputs.add(output.sql() + " AS " + OUTPUT + outputs.size());
    }
    // Rows that are all alike, if Spark only wants to know that there are some.
    return outputs.isEmpty() ? "true AS counted" : String.join(", ", outputs);
  }
}

package io.duckherder.spark.pushdown;

import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.expression.TypedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NullOrdering;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;

/** Translates sort orders, those in which DuckDB sorts as Spark does. */
public final class SortTranslator {
  private final ExpressionTranslator expressions;
  private final AggregateTranslator aggregates;

  public SortTranslator(ExpressionTranslator expressions, AggregateTranslator aggregates) {
    this.expressions = expressions;
    this.aggregates = aggregates;
  }

  /** What stands after ORDER BY, if all of it sorts alike. */
  public Optional<String> translate(SortOrder[] orders) {
    List<String> keys = new ArrayList<>();
    for (SortOrder order : orders) {
      Optional<TypedSql> key = key(order.expression()).filter(aggregates::isComparable);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      // In brackets, for a number would be the place of a column.
      keys.add(
          "(%s) %s NULLS %s"
              .formatted(
                  key.get().sql(),
                  order.direction() == SortDirection.ASCENDING ? "ASC" : "DESC",
                  order.nullOrdering() == NullOrdering.NULLS_FIRST ? "FIRST" : "LAST"));
    }
    return Optional.of(String.join(", ", keys));
  }

  private Optional<TypedSql> key(Expression expression) {
    return expression instanceof AggregateFunc function
        ? aggregates.function(function)
        : expressions.translate(expression);
  }
}

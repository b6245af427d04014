package io.duckherder.spark.write;

import io.duckherder.spark.expression.ExpressionTranslator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.StructType;

/** Conditions of Spark's on the rows of a table that DuckDB evaluates alike. */
public final class ExactConditions {
  private ExactConditions() {}

  /**
   * The condition that all predicates hold; empty if one has no exact counterpart.
   *
   * @param columns those of the table, with their DuckDB types
   */
  public static Optional<String> of(Predicate[] predicates, StructType columns) {
    ExpressionTranslator expressions = new ExpressionTranslator(columns);
    List<String> conditions = new ArrayList<>(List.of("true"));
    for (Predicate predicate : predicates) {
      Optional<String> condition = expressions.condition(predicate);
      if (condition.isEmpty()) {
        return Optional.empty();
      }
      conditions.add(condition.get());
    }
    return Optional.of(String.join(" AND ", conditions));
  }
}

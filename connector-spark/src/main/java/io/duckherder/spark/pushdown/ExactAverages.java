package io.duckherder.spark.pushdown;

import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.expression.TypedSql;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.Avg;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;

/**
 * Averages that stay the same as the quotient of a pushed sum and a pushed count. Spark adds whole
 * numbers up as doubles, so they do only where no such sum can be rounded, below 2<sup>53</sup>.
 */
public final class ExactAverages {
  /** As many numbers of 32 bits stay below 2<sup>53</sup> together. */
  private static final long MOST_INTEGERS = 1L << 22;

  private ExactAverages() {}

  /** Whether an aggregation has averages. */
  public static boolean any(Aggregation aggregation) {
    return Stream.of(aggregation.aggregateExpressions()).anyMatch(Avg.class::isInstance);
  }

  /**
   * Whether all averages of an aggregation do.
   *
   * @param rows the most rows there are, where known
   */
  public static boolean all(
      Aggregation aggregation, ExpressionTranslator expressions, Supplier<OptionalLong> rows) {
    for (AggregateFunc function : aggregation.aggregateExpressions()) {
      if (function instanceof Avg average) {
        Optional<TypedSql> value = expressions.translate(average.column());
        if (value.isEmpty() || !isExact(value.get().type(), rows)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isExact(DataType type, Supplier<OptionalLong> rows) {
    return type instanceof DecimalType
        || type instanceof ByteType
        || type instanceof ShortType
        || (type instanceof IntegerType && rows.get().orElse(Long.MAX_VALUE) <= MOST_INTEGERS);
  }
}

package io.duckherder.spark.pushdown;

import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.expression.TypedSql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Max;
import org.apache.spark.sql.connector.expressions.aggregate.Min;
import org.apache.spark.sql.connector.expressions.aggregate.Sum;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/**
 * Translates Spark's aggregations, those of which DuckDB's answer is Spark's. Floating point stays
 * with Spark: its sums depend on the order of addition, and a group of zeros has two signs. So do
 * averages, which Spark makes of a sum and a count where these are pushed.
 */
public final class AggregateTranslator {
  /** Digits that Spark adds to a sum of decimals: no table has so many rows that they overflow. */
  private static final int SUM_DIGITS = 10;

  private static final int MOST_DIGITS = 38;

  private final ExpressionTranslator expressions;
  private final boolean ansi;

  /**
   * @param ansi whether Spark fails where a sum overflows. The session says so: a sum does not tell
   *     in which mode it was made
   */
  public AggregateTranslator(ExpressionTranslator expressions, boolean ansi) {
    this.expressions = expressions;
    this.ansi = ansi;
  }

  /** The aggregation in DuckDB, if all of it is exact there. */
  public Optional<PushedAggregation> translate(Aggregation aggregation) {
    List<TypedSql> keys = new ArrayList<>();
    Set<String> columns = new HashSet<>();
    for (Expression expression : aggregation.groupByExpressions()) {
      Optional<TypedSql> key = expressions.translate(expression).filter(this::isComparable);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      keys.add(key.get());
      addColumns(expression, columns);
    }
    List<TypedSql> aggregates = new ArrayList<>();
    boolean mergeable = true;
    for (AggregateFunc function : aggregation.aggregateExpressions()) {
      Optional<TypedSql> aggregate = function(function);
      if (aggregate.isEmpty()) {
        return Optional.empty();
      }
      aggregates.add(aggregate.get());
      mergeable &= isMergeable(function, aggregate.get());
      addColumns(function, columns);
    }
    return Optional.of(new PushedAggregation(keys, aggregates, columns, mergeable));
  }

  /** One function in DuckDB, if it is exact there. */
  Optional<TypedSql> function(AggregateFunc function) {
    if (function instanceof CountStar) {
      return Optional.of(new TypedSql("count(*)", DataTypes.LongType, "BIGINT"));
    }
    if (function instanceof Count count) {
      return expressions
          .translate(count.column())
          .filter(value -> !count.isDistinct() || isComparable(value))
          .map(
              value ->
                  new TypedSql(
                      call("count", count.isDistinct(), value), DataTypes.LongType, "BIGINT"));
    }
    if (function instanceof Min min) {
      return extreme("min", min.column());
    }
    if (function instanceof Max max) {
      return extreme("max", max.column());
    }
    if (function instanceof Sum sum) {
      return expressions.translate(sum.column()).flatMap(value -> sum(value, sum.isDistinct()));
    }
    return Optional.empty();
  }

  /** Whether Spark's own function over the answers for parts gives the answer for all. */
  private static boolean isMergeable(AggregateFunc function, TypedSql aggregate) {
    if (function instanceof Count count) {
      return !count.isDistinct();
    }
    // Spark casts the sum of a part to the type of a summand, which a decimal may not fit.
    return !(function instanceof Sum sum)
        || (!sum.isDistinct() && !(aggregate.type() instanceof DecimalType));
  }

  private Optional<TypedSql> extreme(String name, Expression of) {
    return expressions
        .translate(of)
        .filter(this::isComparable)
        .map(value -> new TypedSql(call(name, false, value), value.type(), value.duckdbType()));
  }

  private Optional<TypedSql> sum(TypedSql value, boolean distinct) {
    String sum = call("sum", distinct, value);
    DataType type = value.type();
    if (type instanceof ByteType || type instanceof ShortType || type instanceof IntegerType) {
      return Optional.of(cast(sum, DataTypes.LongType, "BIGINT"));
    }
    if (type instanceof LongType) {
      return ansi ? Optional.of(cast(sum, DataTypes.LongType, "BIGINT")) : Optional.empty();
    }
    return type instanceof DecimalType decimal ? decimalSum(sum, decimal) : Optional.empty();
  }

  private Optional<TypedSql> decimalSum(String sum, DecimalType type) {
    int digits = Math.min(MOST_DIGITS, type.precision() + SUM_DIGITS);
    DecimalType result = DataTypes.createDecimalType(digits, type.scale());
    String duckdbType = "DECIMAL(%d,%d)".formatted(digits, type.scale());
    if (digits == type.precision() + SUM_DIGITS) {
      return Optional.of(cast(sum, result, duckdbType));
    }
    // DuckDB's sum may have a digit more than its type says: only text is checked against it.
    return ansi
        ? Optional.of(cast("CAST(%s AS VARCHAR)".formatted(sum), result, duckdbType))
        : Optional.empty();
  }

  private static TypedSql cast(String sql, DataType type, String duckdbType) {
    return new TypedSql("CAST(%s AS %s)".formatted(sql, duckdbType), type, duckdbType);
  }

  private static String call(String name, boolean distinct, TypedSql value) {
    return "%s(%s%s)".formatted(name, distinct ? "DISTINCT " : "", value.sql());
  }

  /** Whether both engines tell the same values apart, and sort them alike. */
  boolean isComparable(TypedSql value) {
    DataType type = value.type();
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof DecimalType
        || type.equals(DataTypes.BooleanType)
        || type.equals(DataTypes.StringType)
        || type.equals(DataTypes.BinaryType)
        || type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType)
        || type.equals(DataTypes.TimestampNTZType);
  }

  /** Adds the names of the columns that an expression reads. */
  public static void addColumns(Expression expression, Set<String> columns) {
    for (NamedReference reference : expression.references()) {
      columns.add(Arrays.asList(reference.fieldNames()).get(0));
    }
  }
}

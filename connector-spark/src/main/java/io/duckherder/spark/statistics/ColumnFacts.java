package io.duckherder.spark.statistics;

import io.duckherder.spark.type.SparkTypes;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.read.colstats.ColumnStatistics;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;

/**
 * What Spark is told of a column. Numbers and dates have a least and a greatest value, without
 * which Spark takes them for columns of nulls; text has none, which Spark knows. Others are left
 * out, since Spark fails at them.
 */
record ColumnFacts(
    OptionalLong distinctCount, Optional<Object> min, Optional<Object> max, OptionalLong nullCount)
    implements ColumnStatistics {
  /**
   * Those of a column.
   *
   * @param rows the most rows there are
   */
  static Optional<ColumnFacts> of(
      io.duckherder.layout.ColumnStatistics known, StructField field, long rows) {
    OptionalLong nulls =
        known.mayBeNull()
            ? known.mayBeSet() ? OptionalLong.empty() : OptionalLong.of(rows)
            : OptionalLong.of(0);
    OptionalLong distinct =
        known.distinct().isPresent()
            ? OptionalLong.of(Math.min(known.distinct().getAsLong(), rows))
            : OptionalLong.empty();
    if (field.dataType().equals(DataTypes.StringType)) {
      return Optional.of(new ColumnFacts(distinct, Optional.empty(), Optional.empty(), nulls));
    }
    String duckdbType = field.metadata().getString(SparkTypes.DUCKDB_TYPE);
    Optional<Object> least = known.least().flatMap(text -> value(text, field.dataType()));
    Optional<Object> greatest = known.greatest().flatMap(text -> value(text, field.dataType()));
    return least.isPresent() && greatest.isPresent() && !duckdbType.startsWith("ENUM")
        ? Optional.of(new ColumnFacts(distinct, least, greatest, nulls))
        : Optional.empty();
  }

  /** A value as Spark keeps it; empty if it has none such, or fails at the type. */
  private static Optional<Object> value(String text, DataType type) {
    try {
      if (type.equals(DataTypes.ByteType)) {
        return Optional.of(Byte.valueOf(text));
      }
      if (type.equals(DataTypes.ShortType)) {
        return Optional.of(Short.valueOf(text));
      }
      if (type.equals(DataTypes.IntegerType)) {
        return Optional.of(Integer.valueOf(text));
      }
      if (type.equals(DataTypes.LongType)) {
        return Optional.of(Long.valueOf(text));
      }
      if (type.equals(DataTypes.FloatType)) {
        return finite(Double.parseDouble(text)).map(Double::floatValue);
      }
      if (type.equals(DataTypes.DoubleType)) {
        return finite(Double.parseDouble(text)).map(Object.class::cast);
      }
      if (type instanceof DecimalType decimal) {
        return Optional.of(
            Decimal.apply(new BigDecimal(text), decimal.precision(), decimal.scale()));
      }
      return type.equals(DataTypes.DateType)
          ? Optional.of((int) ChronoUnit.DAYS.between(LocalDate.EPOCH, LocalDate.parse(text)))
          : Optional.empty();
    } catch (RuntimeException e) {
      // DuckDB's value is none of Spark's, infinity say.
      return Optional.empty();
    }
  }

  private static Optional<Double> finite(double value) {
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }
}

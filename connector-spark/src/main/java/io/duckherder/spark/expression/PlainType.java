package io.duckherder.spark.expression;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** The one DuckDB type in which expressions of a Spark type are calculated. */
final class PlainType {
  private static final Map<DataType, String> NAMES =
      Map.ofEntries(
          Map.entry(DataTypes.BooleanType, "BOOLEAN"),
          Map.entry(DataTypes.ByteType, "TINYINT"),
          Map.entry(DataTypes.ShortType, "SMALLINT"),
          Map.entry(DataTypes.IntegerType, "INTEGER"),
          Map.entry(DataTypes.LongType, "BIGINT"),
          Map.entry(DataTypes.FloatType, "FLOAT"),
          Map.entry(DataTypes.DoubleType, "DOUBLE"),
          Map.entry(DataTypes.StringType, "VARCHAR"),
          Map.entry(DataTypes.BinaryType, "BLOB"),
          Map.entry(DataTypes.DateType, "DATE"),
          Map.entry(DataTypes.TimestampNTZType, "TIMESTAMP"),
          Map.entry(DataTypes.TimestampType, "TIMESTAMP WITH TIME ZONE"));

  private PlainType() {}

  /** Empty for types that expressions are not calculated in: nested ones and intervals, say. */
  static Optional<String> of(DataType type) {
    return type instanceof DecimalType decimal
        ? Optional.of("DECIMAL(%d,%d)".formatted(decimal.precision(), decimal.scale()))
        : Optional.ofNullable(NAMES.get(type));
  }

  /** The SQL of a value of another type cast to the DuckDB type for Spark's. */
  static String cast(String sql, DataType type) {
    return "CAST(" + sql + " AS " + of(type).orElseThrow() + ")";
  }
}

package io.duckherder.spark.type;

import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** The DuckDB types without parts, each with its Spark type. */
final class PlainTypes {
  private static final DataType HUGE = DataTypes.createDecimalType(38, 0);

  private static final Map<String, DataType> SPARK =
      Map.ofEntries(
          Map.entry("BOOLEAN", DataTypes.BooleanType),
          Map.entry("TINYINT", DataTypes.ByteType),
          Map.entry("SMALLINT", DataTypes.ShortType),
          Map.entry("INTEGER", DataTypes.IntegerType),
          Map.entry("BIGINT", DataTypes.LongType),
          Map.entry("UTINYINT", DataTypes.ShortType),
          Map.entry("USMALLINT", DataTypes.IntegerType),
          Map.entry("UINTEGER", DataTypes.LongType),
          Map.entry("UBIGINT", DataTypes.createDecimalType(20, 0)),
          Map.entry("HUGEINT", HUGE),
          Map.entry("UHUGEINT", HUGE),
          Map.entry("FLOAT", DataTypes.FloatType),
          Map.entry("DOUBLE", DataTypes.DoubleType),
          Map.entry("BIGNUM", DataTypes.StringType),
          Map.entry("BIT", DataTypes.StringType),
          Map.entry("ENUM", DataTypes.StringType),
          Map.entry("UUID", DataTypes.StringType),
          Map.entry("JSON", DataTypes.StringType),
          Map.entry("TIME WITH TIME ZONE", DataTypes.StringType),
          Map.entry("VARCHAR", DataTypes.StringType),
          Map.entry("BLOB", DataTypes.BinaryType),
          Map.entry("DATE", DataTypes.DateType),
          Map.entry("TIMESTAMP", DataTypes.TimestampNTZType),
          Map.entry("TIMESTAMP_S", DataTypes.TimestampNTZType),
          Map.entry("TIMESTAMP_MS", DataTypes.TimestampNTZType),
          Map.entry("TIMESTAMP_NS", DataTypes.TimestampNTZType),
          Map.entry("TIMESTAMP WITH TIME ZONE", DataTypes.TimestampType),
          Map.entry("INTERVAL", DataTypes.CalendarIntervalType),
          Map.entry("VARIANT", DataTypes.VariantType),
          Map.entry("NULL", DataTypes.NullType),
          Map.entry("\"NULL\"", DataTypes.NullType));

  private PlainTypes() {}

  static @Nullable DataType sparkType(String name, TimeForm times) {
    return switch (name) {
      case "TIME" -> times.ofMicroseconds();
      case "TIME_NS" -> times.ofNanoseconds();
      default -> SPARK.get(name);
    };
  }
}

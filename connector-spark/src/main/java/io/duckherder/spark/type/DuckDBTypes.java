package io.duckherder.spark.type;

import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VarcharType;
import org.apache.spark.sql.types.VariantType;

/**
 * The DuckDB type in which a table keeps a Spark type: the one that {@link SparkTypes} makes the
 * same Spark type of. Whether parts of an array, map or struct may be NULL, and the length of CHAR
 * and VARCHAR, DuckDB does not keep.
 */
public final class DuckDBTypes {
  private DuckDBTypes() {}

  /** The type as SQL; empty if no DuckDB type would come back as this one. */
  public static Optional<String> of(DataType type) {
    if (type instanceof ArrayType array) {
      return of(array.elementType()).map(element -> element + "[]");
    }
    if (type instanceof MapType map) {
      return of(map.keyType())
          .flatMap(key -> of(map.valueType()).map(value -> "MAP(" + key + ", " + value + ")"));
    }
    if (type instanceof StructType struct) {
      return struct(struct);
    }
    if (type instanceof DecimalType decimal) {
      return Optional.of("DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")");
    }
    return scalar(type);
  }

  private static Optional<String> struct(StructType struct) {
    List<String> members = new ArrayList<>();
    for (StructField field : struct.fields()) {
      Optional<String> type = of(field.dataType());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      members.add(SqlText.identifier(field.name()) + " " + type.get());
    }
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of("STRUCT(" + String.join(", ", members) + ")");
  }

  private static Optional<String> scalar(DataType type) {
    if (type instanceof CharType || type instanceof VarcharType) {
      return Optional.of("VARCHAR");
    }
    if (type instanceof StringType) {
      // Another collation has another name.
      return type.sql().equals("STRING") ? Optional.of("VARCHAR") : Optional.empty();
    }
    if (type instanceof BooleanType) {
      return Optional.of("BOOLEAN");
    }
    if (type instanceof ByteType) {
      return Optional.of("TINYINT");
    }
    if (type instanceof ShortType) {
      return Optional.of("SMALLINT");
    }
    if (type instanceof IntegerType) {
      return Optional.of("INTEGER");
    }
    if (type instanceof LongType) {
      return Optional.of("BIGINT");
    }
    if (type instanceof FloatType) {
      return Optional.of("FLOAT");
    }
    if (type instanceof DoubleType) {
      return Optional.of("DOUBLE");
    }
    return ofOther(type);
  }

  private static Optional<String> ofOther(DataType type) {
    if (type instanceof BinaryType) {
      return Optional.of("BLOB");
    }
    if (type instanceof DateType) {
      return Optional.of("DATE");
    }
    if (type instanceof TimestampType) {
      return Optional.of("TIMESTAMP WITH TIME ZONE");
    }
    if (type instanceof TimestampNTZType) {
      return Optional.of("TIMESTAMP");
    }
    if (type instanceof CalendarIntervalType) {
      return Optional.of("INTERVAL");
    }
    if (type instanceof VariantType) {
      return Optional.of("VARIANT");
    }
    // A class that Spark 4.0 does not have.
    return type.typeName().matches("time\\([0-6]\\)") ? Optional.of("TIME") : Optional.empty();
  }
}

package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The Arrow type in which values of a Spark type reach DuckDB. */
final class ArrowTypes {
  private static final int SMALL = 32;

  private static final Map<DataType, ArrowType> PLAIN =
      Map.ofEntries(
          Map.entry(DataTypes.BooleanType, ArrowType.Bool.INSTANCE),
          Map.entry(DataTypes.ByteType, new ArrowType.Int(8, true)),
          Map.entry(DataTypes.ShortType, new ArrowType.Int(16, true)),
          Map.entry(DataTypes.IntegerType, new ArrowType.Int(SMALL, true)),
          Map.entry(DataTypes.LongType, new ArrowType.Int(64, true)),
          Map.entry(
              DataTypes.FloatType, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
          Map.entry(
              DataTypes.DoubleType, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
          Map.entry(DataTypes.BinaryType, ArrowType.Binary.INSTANCE),
          Map.entry(DataTypes.DateType, new ArrowType.Date(DateUnit.DAY)),
          Map.entry(DataTypes.TimestampType, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
          Map.entry(
              DataTypes.TimestampNTZType, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
          Map.entry(
              DataTypes.CalendarIntervalType, new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)),
          Map.entry(DataTypes.NullType, ArrowType.Null.INSTANCE));

  private ArrowTypes() {}

  /** The columns of a table or query. */
  static Schema schema(StructType columns) {
    List<Field> fields = new ArrayList<>();
    for (StructField column : columns.fields()) {
      fields.add(field(column.name(), column.dataType(), column.name()));
    }
    return new Schema(fields);
  }

  private static Field field(String name, DataType type, String column) {
    if (type instanceof ArrayType array) {
      return new Field(
          name,
          FieldType.nullable(ArrowType.List.INSTANCE),
          List.of(field("element", array.elementType(), column)));
    }
    if (type instanceof MapType map) {
      Field key = field(MapVector.KEY_NAME, map.keyType(), column);
      Field required =
          new Field(MapVector.KEY_NAME, FieldType.notNullable(key.getType()), key.getChildren());
      Field entries =
          new Field(
              MapVector.DATA_VECTOR_NAME,
              FieldType.notNullable(ArrowType.Struct.INSTANCE),
              List.of(required, field(MapVector.VALUE_NAME, map.valueType(), column)));
      return new Field(name, FieldType.nullable(new ArrowType.Map(false)), List.of(entries));
    }
    if (type instanceof StructType struct) {
      List<Field> members = new ArrayList<>();
      for (StructField member : struct.fields()) {
        members.add(field(member.name(), member.dataType(), column));
      }
      return new Field(name, FieldType.nullable(ArrowType.Struct.INSTANCE), members);
    }
    return Field.nullable(name, scalar(type).orElseThrow(() -> unsupported(column, type)));
  }

  private static Optional<ArrowType> scalar(DataType type) {
    if (type instanceof DecimalType decimal) {
      return Optional.of(new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128));
    }
    if (type instanceof StringType) {
      return Optional.of(ArrowType.Utf8.INSTANCE);
    }
    if (isTime(type)) {
      return Optional.of(new ArrowType.Time(TimeUnit.MICROSECOND, 64));
    }
    return Optional.ofNullable(PLAIN.get(type));
  }

  /** A class that Spark 4.0 does not have. */
  static boolean isTime(DataType type) {
    return type.typeName().matches("time\\([0-6]\\)");
  }

  private static DuckherderException unsupported(String column, DataType type) {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED_TYPE,
        "Cannot write column \"%s\": values of Spark's %s have no form in which DuckDB takes them"
            .formatted(column, type.sql()));
  }
}

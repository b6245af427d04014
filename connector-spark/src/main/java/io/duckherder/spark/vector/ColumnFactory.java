package io.duckherder.spark.vector;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** Chooses the column for an Arrow field that Spark sees as a type. */
final class ColumnFactory implements ArrowType.ArrowTypeVisitor<ArrowColumn> {
  private final String column;
  private final DataType type;
  private final Field field;

  private ColumnFactory(String column, DataType type, Field field) {
    this.column = column;
    this.type = type;
    this.field = field;
  }

  /**
   * The column for a field.
   *
   * @param column the name of the top-level column, for errors
   */
  static ArrowColumn create(String column, DataType type, Field field) {
    return field.getType().accept(new ColumnFactory(column, type, field));
  }

  @Override
  public ArrowColumn visit(ArrowType.Null arrow) {
    return new NullColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Struct arrow) {
    if (type.equals(DataTypes.VariantType)) {
      return variant();
    }
    StructType struct = (StructType) type;
    int count = requireChildren(struct.size());
    List<ArrowColumn> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(create(column, struct.apply(i).dataType(), child(i)));
    }
    return new StructColumn(type, fields, IntStream.range(0, count).toArray());
  }

  /** Spark takes a variant's value before its metadata. */
  private ArrowColumn variant() {
    requireChildren(2);
    int value = child(0).getName().equals("value") ? 0 : 1;
    int metadata = 1 - value;
    return new StructColumn(
        type,
        List.of(new BinaryColumn(DataTypes.BinaryType), new BinaryColumn(DataTypes.BinaryType)),
        new int[] {value, metadata});
  }

  @Override
  public ArrowColumn visit(ArrowType.List arrow) {
    requireChildren(1);
    return new ListColumn(type, create(column, ((ArrayType) type).elementType(), child(0)));
  }

  @Override
  public ArrowColumn visit(ArrowType.FixedSizeList arrow) {
    requireChildren(1);
    return new FixedSizeListColumn(
        type, create(column, ((ArrayType) type).elementType(), child(0)));
  }

  @Override
  public ArrowColumn visit(ArrowType.Map arrow) {
    MapType map = (MapType) type;
    List<Field> entry = child(0).getChildren();
    return new MapColumn(
        type,
        create(column, map.keyType(), entry.get(0)),
        create(column, map.valueType(), entry.get(1)));
  }

  @Override
  public ArrowColumn visit(ArrowType.Int arrow) {
    return arrow.getIsSigned() ? signed(arrow) : unsigned(arrow);
  }

  private ArrowColumn signed(ArrowType.Int arrow) {
    return switch (arrow.getBitWidth()) {
      case 8 -> new ByteColumn(type);
      case 16 -> new ShortColumn(type);
      case 32 -> new IntColumn(type);
      default -> new LongColumn(type);
    };
  }

  private ArrowColumn unsigned(ArrowType.Int arrow) {
    return switch (arrow.getBitWidth()) {
      case 8 -> new UnsignedByteColumn(type);
      case 16 -> new UnsignedShortColumn(type);
      case 32 -> new UnsignedIntColumn(type);
      default -> new UnsignedLongColumn(type);
    };
  }

  @Override
  public ArrowColumn visit(ArrowType.FloatingPoint arrow) {
    if (arrow.getPrecision() == FloatingPointPrecision.HALF) {
      throw unexpected();
    }
    return arrow.getPrecision() == FloatingPointPrecision.SINGLE
        ? new FloatColumn(type)
        : new DoubleColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Decimal arrow) {
    if (arrow.getBitWidth() != 128) {
      throw unexpected();
    }
    return arrow.getPrecision() <= Decimal.MAX_LONG_DIGITS()
        ? new SmallDecimalColumn(type)
        : new BigDecimalColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Utf8 arrow) {
    return new StringColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Binary arrow) {
    return new BinaryColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Bool arrow) {
    return new BooleanColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Date arrow) {
    return new DateColumn(type, column);
  }

  @Override
  public ArrowColumn visit(ArrowType.Time arrow) {
    if (type.equals(DataTypes.StringType)) {
      long units = arrow.getUnit() == TimeUnit.NANOSECOND ? 1_000_000_000L : 1_000_000L;
      return new TimeTextColumn(type, units);
    }
    if (arrow.getUnit() != TimeUnit.MICROSECOND) {
      throw unexpected();
    }
    return new TimeColumn(type, column);
  }

  @Override
  public ArrowColumn visit(ArrowType.Timestamp arrow) {
    return switch (arrow.getUnit()) {
      case SECOND -> new CoarseTimestampColumn(type, column, 1_000_000L);
      case MILLISECOND -> new CoarseTimestampColumn(type, column, 1_000L);
      case MICROSECOND -> new TimestampColumn(type, column);
      case NANOSECOND -> new NanoTimestampColumn(type, column);
    };
  }

  @Override
  public ArrowColumn visit(ArrowType.Interval arrow) {
    return new IntervalColumn(type);
  }

  @Override
  public ArrowColumn visit(ArrowType.Union arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.RunEndEncoded arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.LargeList arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.ListView arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.LargeListView arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.Utf8View arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.LargeUtf8 arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.BinaryView arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.LargeBinary arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.FixedSizeBinary arrow) {
    throw unexpected();
  }

  @Override
  public ArrowColumn visit(ArrowType.Duration arrow) {
    throw unexpected();
  }

  private Field child(int index) {
    return field.getChildren().get(index);
  }

  private int requireChildren(int count) {
    if (field.getChildren().size() != count) {
      throw unexpected();
    }
    return count;
  }

  private DuckherderException unexpected() {
    return new DuckherderException(
        StandardErrorCode.INTERNAL_ERROR,
        "Cannot read column \"%s\": it came as %s and is to be %s; please report this"
            .formatted(column, field, type.simpleString()));
  }
}

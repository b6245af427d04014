package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;

/** The writers of values into the vectors that {@link ArrowTypes} makes. */
final class ValueWriters {
  private static final long NANOS_PER_MICRO = 1_000;

  private ValueWriters() {}

  /** The writer of a type into a vector. */
  static ValueWriter of(DataType type, FieldVector vector) {
    ValueWriter writer = ofValue(type, vector);
    return (values, ordinal, index) -> {
      if (values.isNullAt(ordinal)) {
        vector.setNull(index);
      } else {
        writer.write(values, ordinal, index);
      }
    };
  }

  private static ValueWriter ofValue(DataType type, FieldVector vector) {
    if (type instanceof ArrayType array) {
      return ofArray(array, (ListVector) vector);
    }
    if (type instanceof MapType map) {
      return ofMap(map, (MapVector) vector);
    }
    if (type instanceof StructType struct) {
      return ofStruct(struct, (StructVector) vector);
    }
    if (vector instanceof DecimalVector decimals) {
      return ofDecimal((DecimalType) type, decimals);
    }
    return ofNumber(vector);
  }

  private static ValueWriter ofNumber(FieldVector vector) {
    if (vector instanceof IntVector ints) {
      return (values, ordinal, index) -> ints.setSafe(index, values.getInt(ordinal));
    }
    if (vector instanceof BigIntVector longs) {
      return (values, ordinal, index) -> longs.setSafe(index, values.getLong(ordinal));
    }
    if (vector instanceof Float8Vector doubles) {
      return (values, ordinal, index) -> doubles.setSafe(index, values.getDouble(ordinal));
    }
    if (vector instanceof Float4Vector floats) {
      return (values, ordinal, index) -> floats.setSafe(index, values.getFloat(ordinal));
    }
    if (vector instanceof BitVector bits) {
      return (values, ordinal, index) -> bits.setSafe(index, values.getBoolean(ordinal) ? 1 : 0);
    }
    if (vector instanceof TinyIntVector bytes) {
      return (values, ordinal, index) -> bytes.setSafe(index, values.getByte(ordinal));
    }
    if (vector instanceof SmallIntVector shorts) {
      return (values, ordinal, index) -> shorts.setSafe(index, values.getShort(ordinal));
    }
    return ofTime(vector);
  }

  private static ValueWriter ofTime(FieldVector vector) {
    if (vector instanceof DateDayVector days) {
      return (values, ordinal, index) -> days.setSafe(index, values.getInt(ordinal));
    }
    if (vector instanceof TimeStampMicroTZVector instants) {
      return (values, ordinal, index) -> instants.setSafe(index, values.getLong(ordinal));
    }
    if (vector instanceof TimeStampMicroVector times) {
      return (values, ordinal, index) -> times.setSafe(index, values.getLong(ordinal));
    }
    if (vector instanceof TimeMicroVector times) {
      return (values, ordinal, index) ->
          times.setSafe(index, values.getLong(ordinal) / NANOS_PER_MICRO);
    }
    if (vector instanceof IntervalMonthDayNanoVector intervals) {
      return (values, ordinal, index) -> {
        CalendarInterval value = values.getInterval(ordinal);
        intervals.setSafe(
            index,
            value.months,
            value.days,
            Math.multiplyExact(value.microseconds, NANOS_PER_MICRO));
      };
    }
    return ofBytes(vector);
  }

  private static ValueWriter ofBytes(FieldVector vector) {
    if (vector instanceof VarCharVector strings) {
      return (values, ordinal, index) -> set(values.getUTF8String(ordinal), strings, index);
    }
    if (vector instanceof VarBinaryVector binaries) {
      return (values, ordinal, index) -> binaries.setSafe(index, values.getBinary(ordinal));
    }
    if (vector instanceof NullVector) {
      return (values, ordinal, index) -> {};
    }
    throw new IllegalStateException("No writer into " + vector.getField());
  }

  /** Spark's strings may hold any bytes; DuckDB's may not, and does not look. */
  private static void set(UTF8String value, VarCharVector strings, int index) {
    if (!value.isValid()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_DATA,
          "Cannot write column \"%s\": a value is not valid UTF-8; write it as BINARY, or make it valid"
              .formatted(strings.getName()));
    }
    strings.setSafe(index, value.getBytes());
  }

  private static ValueWriter ofDecimal(DecimalType type, DecimalVector decimals) {
    if (type.precision() <= 18) {
      return (values, ordinal, index) ->
          decimals.setSafe(
              index, values.getDecimal(ordinal, type.precision(), type.scale()).toUnscaledLong());
    }
    return (values, ordinal, index) -> {
      BigDecimal value =
          values.getDecimal(ordinal, type.precision(), type.scale()).toJavaBigDecimal();
      decimals.setSafe(index, value.setScale(type.scale()));
    };
  }

  private static ValueWriter ofArray(ArrayType type, ListVector lists) {
    ValueWriter elements = of(type.elementType(), lists.getDataVector());
    return (values, ordinal, index) -> set(lists, index, values.getArray(ordinal), elements);
  }

  private static void set(ListVector lists, int index, ArrayData array, ValueWriter elements) {
    int start = lists.startNewValue(index);
    for (int i = 0; i < array.numElements(); i++) {
      elements.write(array, i, start + i);
    }
    lists.endValue(index, array.numElements());
  }

  private static ValueWriter ofMap(MapType type, MapVector maps) {
    StructVector entries = (StructVector) maps.getDataVector();
    ValueWriter keys = of(type.keyType(), (FieldVector) entries.getChildByOrdinal(0));
    ValueWriter items = of(type.valueType(), (FieldVector) entries.getChildByOrdinal(1));
    return (values, ordinal, index) -> {
      MapData map = values.getMap(ordinal);
      int start = maps.startNewValue(index);
      for (int i = 0; i < map.numElements(); i++) {
        entries.setIndexDefined(start + i);
        keys.write(map.keyArray(), i, start + i);
        items.write(map.valueArray(), i, start + i);
      }
      maps.endValue(index, map.numElements());
    };
  }

  private static ValueWriter ofStruct(StructType type, StructVector structs) {
    List<ValueWriter> members = new ArrayList<>();
    for (int i = 0; i < type.length(); i++) {
      members.add(of(type.fields()[i].dataType(), (FieldVector) structs.getChildByOrdinal(i)));
    }
    return (values, ordinal, index) -> {
      structs.setIndexDefined(index);
      InternalRow struct = values.getStruct(ordinal, members.size());
      writeAll(members, struct, index);
    };
  }

  static void writeAll(List<ValueWriter> writers, SpecializedGetters row, int index) {
    for (int i = 0; i < writers.size(); i++) {
      writers.get(i).write(row, i, index);
    }
  }
}

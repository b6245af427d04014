package io.duckherder.cluster.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a cell of an Arrow vector as a Java value that says what it is: numbers, {@link String},
 * {@code byte[]}, java.time values, {@link IntervalValue}, {@link List} for lists, {@link Map} from
 * names for structs, {@link MapValue} for maps. Arrow's own {@code getObject} gives bare numbers
 * for dates and zoned timestamps, and signed numbers for unsigned ones.
 */
public final class CellReader {
  private CellReader() {}

  /** The value of a row, null for NULL. */
  public static @Nullable Object read(ValueVector vector, int row) {
    if (vector instanceof DenseUnionVector union) {
      byte type = union.getTypeId(row);
      return type < 0 ? null : read(union.getVectorByType(type), union.getOffset(row));
    }
    if (vector instanceof UnionVector union) {
      ValueVector chosen = union.getVector(row);
      return chosen == null ? null : read(chosen, row);
    }
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof MapVector map) {
      return map(map, row);
    }
    if (vector instanceof ListVector list) {
      return list(
          list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof FixedSizeListVector array) {
      int size = array.getListSize();
      return list(array.getDataVector(), row * size, (row + 1) * size);
    }
    if (vector instanceof StructVector struct) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (FieldVector child : struct.getChildrenFromFields()) {
        fields.put(child.getName(), read(child, row));
      }
      return fields;
    }
    return scalar(vector, row);
  }

  private static @Nullable Object scalar(ValueVector vector, int row) {
    if (vector instanceof BitVector bits) {
      return bits.get(row) != 0;
    }
    if (vector instanceof BaseIntVector ints) {
      return integer(ints, row);
    }
    if (vector instanceof VarCharVector text) {
      return new String(text.get(row), StandardCharsets.UTF_8);
    }
    if (vector instanceof DateDayVector dates) {
      return date(dates.get(row));
    }
    if (vector instanceof TimeStampVector timestamps) {
      return timestamp(timestamps, row);
    }
    if (vector instanceof IntervalMonthDayNanoVector intervals) {
      return interval(intervals.getObject(row));
    }
    if (vector instanceof TimeMicroVector times) {
      return time(times.get(row), 1_000);
    }
    if (vector instanceof TimeNanoVector times) {
      return time(times.get(row), 1);
    }
    if (vector instanceof TimeMilliVector times) {
      return time(times.get(row), 1_000_000);
    }
    if (vector instanceof TimeSecVector times) {
      return time(times.get(row), 1_000_000_000);
    }
    return vector.getObject(row);
  }

  private static Object integer(BaseIntVector vector, int row) {
    if (vector instanceof UInt1Vector ints) {
      return UInt1Vector.getNoOverflow(ints.getDataBuffer(), row);
    }
    if (vector instanceof UInt2Vector ints) {
      return (int) ints.get(row);
    }
    if (vector instanceof UInt4Vector ints) {
      return UInt4Vector.getNoOverflow(ints.getDataBuffer(), row);
    }
    if (vector instanceof UInt8Vector ints) {
      return ints.getObjectNoOverflow(row);
    }
    return vector.getValueAsLong(row);
  }

  private static Object date(int day) {
    if (day == Integer.MAX_VALUE || day == -Integer.MAX_VALUE) {
      return day > 0 ? "infinity" : "-infinity";
    }
    return LocalDate.ofEpochDay(day);
  }

  /** DuckDB's end of the day, 24:00:00, is no java.time value. */
  private static Object time(long value, long nanosPerUnit) {
    long nanos = value * nanosPerUnit;
    return nanos == LocalTime.MAX.toNanoOfDay() + 1 ? "24:00:00" : LocalTime.ofNanoOfDay(nanos);
  }

  private static Object timestamp(TimeStampVector vector, int row) {
    long value = vector.get(row);
    if (value == Long.MAX_VALUE || value == -Long.MAX_VALUE) {
      return value > 0 ? "infinity" : "-infinity";
    }
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    Instant instant = Instant.EPOCH.plus(value, unit(type.getUnit()));
    return type.getTimezone() == null
        ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
        : instant.atZone(ZoneId.of(type.getTimezone())).toOffsetDateTime();
  }

  private static ChronoUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> ChronoUnit.SECONDS;
      case MILLISECOND -> ChronoUnit.MILLIS;
      case MICROSECOND -> ChronoUnit.MICROS;
      case NANOSECOND -> ChronoUnit.NANOS;
    };
  }

  private static IntervalValue interval(PeriodDuration value) {
    return new IntervalValue(
        value.getPeriod().toTotalMonths(), value.getPeriod().getDays(), value.getDuration());
  }

  private static List<@Nullable Object> list(ValueVector elements, int from, int to) {
    List<@Nullable Object> values = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      values.add(read(elements, i));
    }
    return values;
  }

  private static MapValue map(MapVector vector, int row) {
    StructVector entries = (StructVector) vector.getDataVector();
    List<MapValue.Entry> values = new ArrayList<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      values.add(
          new MapValue.Entry(
              read(entries.getChildByOrdinal(0), i), read(entries.getChildByOrdinal(1), i)));
    }
    return new MapValue(values);
  }
}

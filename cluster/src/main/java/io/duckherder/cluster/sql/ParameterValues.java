package io.duckherder.cluster.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Arrow values of a statement's parameters as SQL expressions of the same type. Text stays an
 * untyped string, so that DuckDB reads it as whatever the place in the statement wants.
 */
final class ParameterValues {
  private ParameterValues() {}

  /** The values of one row. */
  static List<String> row(VectorSchemaRoot root, int row) {
    List<String> values = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      values.add(value(vector, row));
    }
    return values;
  }

  private static String value(ValueVector vector, int row) {
    if (vector.isNull(row)) {
      return "NULL";
    }
    ArrowType type = vector.getField().getType();
    if (vector.getField().getDictionary() != null) {
      throw unsupported(type);
    }
    return switch (type.getTypeID()) {
      case Null -> "NULL";
      case Bool -> vector.getObject(row).toString();
      case Int -> integer((ArrowType.Int) type, vector.getObject(row));
      case FloatingPoint -> floating((ArrowType.FloatingPoint) type, vector.getObject(row));
      case Decimal -> decimal((ArrowType.Decimal) type, (BigDecimal) vector.getObject(row));
      case Utf8, LargeUtf8, Utf8View -> SqlText.literal(vector.getObject(row).toString());
      case Binary, LargeBinary, FixedSizeBinary, BinaryView -> blob((byte[]) vector.getObject(row));
      case Date, Time, Timestamp -> temporal(type, vector, row);
      case Interval, Duration -> interval(vector.getObject(row), type);
      case List, LargeList, FixedSizeList, Map, Struct -> nested(vector, row);
      default -> throw unsupported(type);
    };
  }

  private static String integer(ArrowType.Int type, Object value) {
    String name =
        switch (type.getBitWidth()) {
          case 8 -> "TINYINT";
          case 16 -> "SMALLINT";
          case 32 -> "INTEGER";
          default -> "BIGINT";
        };
    if (type.getIsSigned()) {
      return cast("'" + value + "'", name);
    }
    long number = value instanceof Character c ? c : ((Number) value).longValue();
    return switch (type.getBitWidth()) {
      case 8 -> cast("'" + (number & 0xFF) + "'", "UTINYINT");
      case 16 -> cast("'" + (number & 0xFFFF) + "'", "USMALLINT");
      case 32 -> cast("'" + (number & 0xFFFFFFFFL) + "'", "UINTEGER");
      default -> cast("'" + Long.toUnsignedString(number) + "'", "UBIGINT");
    };
  }

  private static String floating(ArrowType.FloatingPoint type, Object value) {
    return switch (type.getPrecision()) {
      case SINGLE -> cast("'" + value + "'", "FLOAT");
      case DOUBLE -> cast("'" + value + "'", "DOUBLE");
      case HALF -> throw unsupported(type);
    };
  }

  private static String decimal(ArrowType.Decimal type, BigDecimal value) {
    return cast(
        "'" + value.toPlainString() + "'",
        "DECIMAL(%d,%d)".formatted(Math.min(38, type.getPrecision()), type.getScale()));
  }

  private static String blob(byte[] value) {
    String escaped =
        IntStream.range(0, value.length)
            .mapToObj(i -> "\\x" + HexFormat.of().toHexDigits(value[i]))
            .collect(Collectors.joining());
    return cast("'" + escaped + "'", "BLOB");
  }

  private static String temporal(ArrowType type, ValueVector vector, int row) {
    long raw = raw(vector, row);
    if (type instanceof ArrowType.Date date) {
      LocalDate day =
          switch (date.getUnit()) {
            case DAY -> LocalDate.ofEpochDay(raw);
            case MILLISECOND -> LocalDate.ofEpochDay(Math.floorDiv(raw, 86_400_000L));
          };
      return cast("'" + dateText(day) + "'", "DATE");
    }
    if (type instanceof ArrowType.Time time) {
      LocalDateTime at = instant(time.getUnit(), raw).atOffset(ZoneOffset.UTC).toLocalDateTime();
      String name = time.getUnit() == TimeUnit.NANOSECOND ? "TIME_NS" : "TIME";
      return cast("'" + timeText(at) + "'", name);
    }
    ArrowType.Timestamp stamp = (ArrowType.Timestamp) type;
    LocalDateTime at = instant(stamp.getUnit(), raw).atOffset(ZoneOffset.UTC).toLocalDateTime();
    String text = dateText(at.toLocalDate(), timeText(at));
    if (stamp.getTimezone() != null) {
      return cast("'" + text.replace(" (BC)", "") + "+00" + era(text) + "'", "TIMESTAMPTZ");
    }
    return cast(
        "'" + text + "'", stamp.getUnit() == TimeUnit.NANOSECOND ? "TIMESTAMP_NS" : "TIMESTAMP");
  }

  private static String era(String text) {
    return text.endsWith(" (BC)") ? " (BC)" : "";
  }

  private static String dateText(LocalDate day) {
    return dateText(day, "");
  }

  /** DuckDB writes years before 1 with an era. */
  private static String dateText(LocalDate day, String time) {
    int year = day.getYear() > 0 ? day.getYear() : 1 - day.getYear();
    return "%04d-%02d-%02d".formatted(year, day.getMonthValue(), day.getDayOfMonth())
        + (time.isEmpty() ? "" : " " + time)
        + (day.getYear() > 0 ? "" : " (BC)");
  }

  private static String timeText(LocalDateTime at) {
    return "%02d:%02d:%02d.%09d"
        .formatted(at.getHour(), at.getMinute(), at.getSecond(), at.getNano())
        .replaceFirst("(\\.\\d{6})000$", "$1");
  }

  private static Instant instant(TimeUnit unit, long raw) {
    return switch (unit) {
      case SECOND -> Instant.ofEpochSecond(raw);
      case MILLISECOND -> Instant.ofEpochMilli(raw);
      case MICROSECOND -> Instant.EPOCH.plus(raw, ChronoUnit.MICROS);
      case NANOSECOND -> Instant.EPOCH.plusNanos(raw);
    };
  }

  private static long raw(ValueVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    int width = ((BaseFixedWidthVector) vector).getTypeWidth();
    return width == 4 ? data.getInt(4L * row) : data.getLong(8L * row);
  }

  private static String interval(Object value, ArrowType type) {
    if (value instanceof PeriodDuration both) {
      return cast("'" + intervalText(both.getPeriod(), both.getDuration()) + "'", "INTERVAL");
    }
    if (value instanceof Duration duration) {
      return cast("'" + intervalText(Period.ZERO, duration) + "'", "INTERVAL");
    }
    if (value instanceof Period period) {
      return cast("'" + intervalText(period, Duration.ZERO) + "'", "INTERVAL");
    }
    throw unsupported(type);
  }

  private static String intervalText(Period period, Duration duration) {
    return "%d months %d days %d microseconds"
        .formatted(
            period.toTotalMonths(),
            period.getDays(),
            Math.addExact(
                Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1000));
  }

  private static String nested(ValueVector vector, int row) {
    if (vector instanceof StructVector struct) {
      return SqlText.call(
          "struct_pack",
          struct.getChildrenFromFields().stream()
              .map(child -> SqlText.identifier(child.getName()) + " := " + value(child, row))
              .toList());
    }
    if (vector instanceof MapVector map) {
      StructVector entries = (StructVector) map.getDataVector();
      List<FieldVector> parts = entries.getChildrenFromFields();
      String keys = range(parts.get(0), map.getElementStartIndex(row), map.getElementEndIndex(row));
      String values =
          range(parts.get(1), map.getElementStartIndex(row), map.getElementEndIndex(row));
      return SqlText.call("map", keys, values);
    }
    if (vector instanceof ListVector list) {
      return range(
          list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof FixedSizeListVector list) {
      return range(list.getDataVector(), row * list.getListSize(), (row + 1) * list.getListSize());
    }
    throw unsupported(vector.getField().getType());
  }

  private static String range(ValueVector values, int from, int to) {
    return SqlText.call(
        "list_value", IntStream.range(from, to).mapToObj(i -> value(values, i)).toList());
  }

  private static String cast(String literal, String type) {
    return "CAST(" + literal + " AS " + type + ")";
  }

  private static DuckherderException unsupported(ArrowType type) {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED_TYPE,
        "Cannot take a parameter of Arrow type %s; send it as text".formatted(type));
  }
}

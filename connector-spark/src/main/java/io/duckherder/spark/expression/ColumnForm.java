package io.duckherder.spark.expression;

import io.duckherder.error.DuckherderException;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How a column of a DuckDB type takes part in conditions: as which SQL it is compared, and which of
 * Spark's literals it can be compared with so that DuckDB's answer is Spark's. Literals are cast to
 * the column's own type, so that the comparison happens in it and row-group statistics apply.
 */
enum ColumnForm {
  BOOLEAN,
  INTEGER,
  FLOATING,
  DECIMAL,
  TEXT,
  BINARY,
  DATE,
  TIMESTAMP,
  INSTANT,
  /** Only asked whether it is null: Spark sees the column in another form than DuckDB. */
  OPAQUE;

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  /** TIMESTAMP_NS holds no more than these years, whole ones. */
  private static final long FIRST_NANO_DAY = LocalDate.of(1678, 1, 1).toEpochDay();

  private static final long LAST_NANO_DAY = LocalDate.of(2261, 12, 31).toEpochDay();

  private static final Map<String, Integer> SIGNED_BITS =
      Map.of("TINYINT", 8, "SMALLINT", 16, "INTEGER", 32, "BIGINT", 64, "HUGEINT", 128);

  private static final Map<String, Integer> UNSIGNED_BITS =
      Map.of("UTINYINT", 8, "USMALLINT", 16, "UINTEGER", 32, "UBIGINT", 64, "UHUGEINT", 128);

  /** The form of a type, from the text by which DuckDB describes it. */
  static ColumnForm of(String duckdbType) {
    String name = name(duckdbType);
    if (SIGNED_BITS.containsKey(name) || UNSIGNED_BITS.containsKey(name)) {
      return INTEGER;
    }
    return switch (name) {
      case "BOOLEAN" -> BOOLEAN;
      case "FLOAT", "DOUBLE" -> FLOATING;
      case "DECIMAL" -> DECIMAL;
      case "VARCHAR", "ENUM", "UUID" -> TEXT;
      case "BLOB" -> BINARY;
      case "DATE" -> DATE;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> TIMESTAMP;
      case "TIMESTAMP WITH TIME ZONE" -> INSTANT;
      default -> OPAQUE;
    };
  }

  private static String name(String duckdbType) {
    try {
      return DuckDBType.parse(duckdbType) instanceof DuckDBType.Scalar scalar ? scalar.name() : "";
    } catch (DuckherderException e) {
      return "";
    }
  }

  /** Whether a column of the type can be asked for null: a variant has two kinds of it. */
  static boolean hasPlainNull(String duckdbType) {
    return !name(duckdbType).equals("VARIANT");
  }

  /**
   * The SQL by which a column, given as SQL, is compared. Text is compared byte by byte whatever
   * the column's collation, as Spark does.
   */
  String operand(String column, String duckdbType) {
    if (this != TEXT) {
      return column;
    }
    return name(duckdbType).equals("VARCHAR")
        ? column + " COLLATE \"binary\""
        : "CAST(" + column + " AS VARCHAR)";
  }

  /**
   * The SQL of a literal, cast to the column's type; empty if none means the same. Nor is there one
   * of a null that is binary: Spark fails to write it into its plans.
   */
  Optional<String> literal(Literal<?> literal, String duckdbType) {
    Object value = literal.value();
    String cast = this == TEXT ? "VARCHAR" : duckdbType;
    if (value == null) {
      boolean written = this != OPAQUE && !literal.dataType().equals(DataTypes.BinaryType);
      return written ? Optional.of("CAST(NULL AS " + cast + ")") : empty();
    }
    return text(value, literal.dataType(), duckdbType)
        .map(text -> "CAST(" + text + " AS " + cast + ")");
  }

  private Optional<String> text(Object value, DataType type, String duckdbType) {
    return switch (this) {
      case BOOLEAN -> value instanceof Boolean bool ? Optional.of(bool.toString()) : empty();
      case INTEGER -> integer(value, name(duckdbType));
      case FLOATING -> floating(value, duckdbType);
      case DECIMAL -> decimal(value, duckdbType);
      case TEXT -> type.equals(DataTypes.StringType) ? string(value) : empty();
      case BINARY -> value instanceof byte[] bytes ? Optional.of(blob(bytes)) : empty();
      case DATE -> type.equals(DataTypes.DateType) ? date(value) : empty();
      case TIMESTAMP ->
          type.equals(DataTypes.TimestampNTZType) ? timestamp(value, name(duckdbType)) : empty();
      case INSTANT ->
          type.equals(DataTypes.TimestampType)
              ? timestamp(value, "TIMESTAMP")
                  .map(text -> text.substring(0, text.length() - 1) + "+00'")
              : empty();
      case OPAQUE -> empty();
    };
  }

  private static Optional<String> integer(Object value, String name) {
    BigInteger number;
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      number = BigInteger.valueOf(((Number) value).longValue());
    } else if (value instanceof Decimal decimal) {
      BigDecimal exact = decimal.toJavaBigDecimal();
      if (exact.stripTrailingZeros().scale() > 0) {
        return empty();
      }
      number = exact.toBigInteger();
    } else {
      return empty();
    }
    return fits(number, name) ? Optional.of("'" + number + "'") : empty();
  }

  private static boolean fits(BigInteger number, String name) {
    Integer unsigned = UNSIGNED_BITS.get(name);
    return unsigned != null
        ? number.signum() >= 0 && number.bitLength() <= unsigned
        : number.bitLength() < SIGNED_BITS.getOrDefault(name, 0);
  }

  /** Java writes as many digits as tell a number from its neighbours, and DuckDB reads nearest. */
  private static Optional<String> floating(Object value, String duckdbType) {
    boolean matches = duckdbType.equals("FLOAT") ? value instanceof Float : value instanceof Double;
    return matches ? Optional.of("'" + value + "'") : empty();
  }

  private static Optional<String> decimal(Object value, String duckdbType) {
    if (!(value instanceof Decimal decimal)) {
      return empty();
    }
    String[] digits = ((DuckDBType.Scalar) DuckDBType.parse(duckdbType)).arguments().split(",");
    int precision = Integer.parseInt(digits[0].trim());
    int scale = Integer.parseInt(digits[1].trim());
    BigDecimal exact = decimal.toJavaBigDecimal();
    if (exact.stripTrailingZeros().scale() > scale) {
      return empty();
    }
    BigDecimal scaled = exact.setScale(scale, RoundingMode.UNNECESSARY);
    return scaled.precision() <= precision
        ? Optional.of("'" + scaled.toPlainString() + "'")
        : empty();
  }

  private static Optional<String> string(Object value) {
    if (!(value instanceof UTF8String string)) {
      return empty();
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(string.getBytes())).toString();
      return text.indexOf('\0') < 0 ? Optional.of(SqlText.literal(text)) : empty();
    } catch (CharacterCodingException e) {
      // Spark's strings can hold bytes that are no text; SQL cannot.
      return empty();
    }
  }

  private static String blob(byte[] bytes) {
    return bytes.length == 0
        ? "''"
        : "'" + HexFormat.of().withPrefix("\\x").withUpperCase().formatHex(bytes) + "'";
  }

  private static Optional<String> date(Object value) {
    int days = (Integer) value;
    return days >= FIRST_DAY && days <= LAST_DAY
        ? Optional.of("'" + LocalDate.ofEpochDay(days) + "'")
        : empty();
  }

  private static Optional<String> timestamp(Object value, String name) {
    long micros = (Long) value;
    long seconds = Math.floorDiv(micros, 1_000_000L);
    long day = Math.floorDiv(seconds, 86_400L);
    boolean nanos = name.equals("TIMESTAMP_NS");
    if (day < (nanos ? FIRST_NANO_DAY : FIRST_DAY) || day > (nanos ? LAST_NANO_DAY : LAST_DAY)) {
      return empty();
    }
    long unit = name.equals("TIMESTAMP_S") ? 1_000_000L : name.equals("TIMESTAMP_MS") ? 1_000L : 1L;
    if (Math.floorMod(micros, unit) != 0) {
      return empty();
    }
    int nanoOfSecond = (int) Math.floorMod(micros, 1_000_000L) * 1_000;
    return Optional.of(
        "'"
            + MICROS.format(LocalDateTime.ofEpochSecond(seconds, nanoOfSecond, ZoneOffset.UTC))
            + "'");
  }

  private static Optional<String> empty() {
    return Optional.empty();
  }
}

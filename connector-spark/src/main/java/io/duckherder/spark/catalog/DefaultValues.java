package io.duckherder.spark.catalog;

import io.duckherder.sql.SqlText;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Defaults of columns, between Spark's SQL and DuckDB's. Only constants have a form in both; text
 * of one never reaches the other's parser.
 */
public final class DefaultValues {
  private static final Pattern PLAIN =
      Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?|true|false|'[^'\\\\]*'");
  private static final Pattern CAST =
      Pattern.compile("CAST\\('([^'\\\\]*)' AS (DATE|TIMESTAMP|BOOLEAN)\\)");

  private DefaultValues() {}

  /** DuckDB's text of a default as Spark's, if it is a constant. */
  public static Optional<String> toSpark(String duckdb) {
    if (PLAIN.matcher(duckdb).matches()) {
      return Optional.of(duckdb);
    }
    Matcher cast = CAST.matcher(duckdb);
    if (!cast.matches()) {
      return Optional.empty();
    }
    return switch (cast.group(2)) {
      case "BOOLEAN" -> Optional.of(String.valueOf(cast.group(1).startsWith("t")));
      case "DATE" -> Optional.of("DATE '" + cast.group(1) + "'");
      default -> Optional.of("TIMESTAMP_NTZ '" + cast.group(1) + "'");
    };
  }

  /** Spark's text of a default as DuckDB's. */
  static String toDuckDB(String column, String spark) {
    return constant(spark)
        .flatMap(constant -> literal(constant.eval(null), constant.dataType()))
        .orElseThrow(
            () ->
                Unsupported.because(
                    "give column \"%s\" the default %s".formatted(column, spark),
                    "only constants can be defaults in both Spark and DuckDB; set it in DuckDB's"
                        + " SQL, with ALTER TABLE through the cluster"));
  }

  private static Optional<Expression> constant(String spark) {
    try {
      Expression parsed = CatalystSqlParser$.MODULE$.parseExpression(spark);
      return Optional.of(parsed).filter(found -> found.resolved() && found.foldable());
    } catch (Exception e) {
      if (e instanceof ParseException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A value as Spark keeps it inside, as DuckDB's SQL. */
  static Optional<String> literal(@Nullable Object value, DataType type) {
    if (value == null || type instanceof NullType) {
      return Optional.of("NULL");
    }
    if (type instanceof StringType) {
      return Optional.of(SqlText.literal(value.toString()));
    }
    if (type instanceof BinaryType) {
      return Optional.of("unhex('" + HexFormat.of().formatHex((byte[]) value) + "')");
    }
    if (type instanceof DateType) {
      return Optional.of("(DATE '1970-01-01' + " + value + ")");
    }
    if (type instanceof TimestampType) {
      return Optional.of("make_timestamptz(" + value + ")");
    }
    if (type instanceof TimestampNTZType) {
      return Optional.of("make_timestamp(" + value + ")");
    }
    if (value instanceof Decimal decimal) {
      return Optional.of(decimal.toJavaBigDecimal().toPlainString());
    }
    if (value instanceof Double || value instanceof Float) {
      return floating(((Number) value).doubleValue(), value.toString());
    }
    return value instanceof Number || value instanceof Boolean
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  private static Optional<String> floating(double value, String text) {
    return Double.isFinite(value)
        ? Optional.of(new BigDecimal(text).toString() + (text.contains("E") ? "" : "e0"))
        : Optional.empty();
  }
}

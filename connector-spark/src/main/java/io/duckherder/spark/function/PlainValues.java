package io.duckherder.spark.function;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Values of the types that calls take and give, between Spark's rows and DuckDB's statements. Dates
 * and timestamps are arguments only, and cross as the numbers by which Spark keeps them.
 */
final class PlainValues {
  private static final Set<String> RESULTS =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "FLOAT",
          "DOUBLE",
          "VARCHAR",
          "BLOB");

  private PlainValues() {}

  static boolean isResult(String type) {
    return RESULTS.contains(type) || type.startsWith("DECIMAL(");
  }

  static boolean isArgument(String type) {
    return isResult(type) || type.equals("DATE") || type.equals("TIMESTAMP");
  }

  /** The SQL of a parameter of a type. */
  static String parameter(String type) {
    return switch (type) {
      case "DATE" -> "(DATE '1970-01-01' + CAST(? AS INTEGER))";
      case "TIMESTAMP" -> "make_timestamp(CAST(? AS BIGINT))";
      default -> "?";
    };
  }

  /** Sets a parameter to the argument at its place in a row. */
  static void set(
      PreparedStatement statement, int at, InternalRow row, DataType type, String duckdb)
      throws SQLException {
    int parameter = at + 1;
    if (row.isNullAt(at)) {
      statement.setObject(parameter, null);
      return;
    }
    if (type instanceof DecimalType decimal) {
      Decimal value = row.getDecimal(at, decimal.precision(), decimal.scale());
      statement.setBigDecimal(parameter, value.toJavaBigDecimal());
      return;
    }
    switch (duckdb) {
      case "BOOLEAN" -> statement.setBoolean(parameter, row.getBoolean(at));
      case "TINYINT" -> statement.setByte(parameter, row.getByte(at));
      case "SMALLINT" -> statement.setShort(parameter, row.getShort(at));
      case "INTEGER", "DATE" -> statement.setInt(parameter, row.getInt(at));
      case "BIGINT", "TIMESTAMP" -> statement.setLong(parameter, row.getLong(at));
      case "FLOAT" -> statement.setFloat(parameter, row.getFloat(at));
      case "DOUBLE" -> statement.setDouble(parameter, row.getDouble(at));
      case "BLOB" -> statement.setBytes(parameter, row.getBinary(at));
      default -> statement.setString(parameter, row.getUTF8String(at).toString());
    }
  }

  /** The value of the first column, as Spark keeps it. */
  static @Nullable Object get(ResultSet result, DataType type, String duckdb) throws SQLException {
    if (type instanceof DecimalType decimal) {
      BigDecimal value = result.getBigDecimal(1);
      return value == null ? null : Decimal.apply(value, decimal.precision(), decimal.scale());
    }
    if (result.getObject(1) == null) {
      return null;
    }
    return switch (duckdb) {
      case "BOOLEAN" -> result.getBoolean(1);
      case "TINYINT" -> result.getByte(1);
      case "SMALLINT" -> result.getShort(1);
      case "INTEGER" -> result.getInt(1);
      case "BIGINT" -> result.getLong(1);
      case "FLOAT" -> result.getFloat(1);
      case "DOUBLE" -> result.getDouble(1);
      case "BLOB" -> result.getBytes(1);
      default -> UTF8String.fromString(result.getString(1));
    };
  }
}

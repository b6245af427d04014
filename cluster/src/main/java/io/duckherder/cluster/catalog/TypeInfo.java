package io.duckherder.cluster.catalog;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.jspecify.annotations.Nullable;

/** DuckDB's types as JDBC and ODBC describe them: rows of GET_TYPE_INFO. */
public final class TypeInfo {
  private static final int NULLABLE = 1;
  private static final int SEARCHABLE = 3;
  private static final int MOST = Integer.MAX_VALUE;

  private static final int DECIMAL = 3;
  private static final int INTEGER = 4;
  private static final int SMALLINT = 5;
  private static final int REAL = 7;
  private static final int DOUBLE = 8;
  private static final int INTERVAL = 10;
  private static final int VARCHAR = 12;
  private static final int DATE = 91;
  private static final int TIME = 92;
  private static final int TIMESTAMP = 93;
  private static final int VARBINARY = -3;
  private static final int BIGINT = -5;
  private static final int TINYINT = -6;
  private static final int BIT = -7;

  private static final List<Type> TYPES =
      List.of(
          number("UBIGINT", BIGINT, 20, true),
          number("BIGINT", BIGINT, 19, false),
          number("UTINYINT", TINYINT, 3, true),
          number("TINYINT", TINYINT, 3, false),
          text("BOOLEAN", BIT, 1, ""),
          text("BLOB", VARBINARY, MOST, "'"),
          new Type("DECIMAL", DECIMAL, 38, "", "precision,scale", false, 0, 38, 10),
          number("HUGEINT", DECIMAL, 38, false),
          number("UHUGEINT", DECIMAL, 38, true),
          number("UINTEGER", INTEGER, 10, true),
          number("INTEGER", INTEGER, 10, false),
          number("USMALLINT", SMALLINT, 5, true),
          number("SMALLINT", SMALLINT, 5, false),
          new Type("FLOAT", REAL, 24, "", null, false, null, null, 2),
          new Type("DOUBLE", DOUBLE, 53, "", null, false, null, null, 2),
          text("INTERVAL", INTERVAL, MOST, "'"),
          text("VARCHAR", VARCHAR, MOST, "'"),
          text("BIGNUM", VARCHAR, MOST, "'"),
          text("BIT", VARCHAR, MOST, "'"),
          text("ENUM", VARCHAR, MOST, "'"),
          text("JSON", VARCHAR, MOST, "'"),
          text("TIME WITH TIME ZONE", VARCHAR, 21, "'"),
          text("UUID", VARCHAR, 36, "'"),
          text("DATE", DATE, 10, "'"),
          text("TIME", TIME, 15, "'"),
          text("TIME_NS", TIME, 18, "'"),
          text("TIMESTAMP", TIMESTAMP, 26, "'"),
          text("TIMESTAMP WITH TIME ZONE", TIMESTAMP, 32, "'"),
          text("TIMESTAMP_S", TIMESTAMP, 19, "'"),
          text("TIMESTAMP_MS", TIMESTAMP, 23, "'"),
          text("TIMESTAMP_NS", TIMESTAMP, 29, "'"));

  private TypeInfo() {}

  private record Type(
      String name,
      int code,
      int size,
      String quote,
      @Nullable String parameters,
      @Nullable Boolean unsigned,
      @Nullable Integer minimumScale,
      @Nullable Integer maximumScale,
      @Nullable Integer radix) {

    List<@Nullable Object> row() {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(name);
      row.add(code);
      row.add(size);
      row.add(quote.isEmpty() ? null : quote);
      row.add(quote.isEmpty() ? null : quote);
      row.add(parameters == null ? null : List.of(parameters.split(",")));
      row.add(NULLABLE);
      row.add(name.equals("VARCHAR") || name.equals("ENUM") || name.equals("JSON"));
      row.add(SEARCHABLE);
      row.add(unsigned);
      row.add(false);
      row.add(unsigned == null ? null : false);
      row.add(name);
      row.add(minimumScale);
      row.add(maximumScale);
      row.add(code);
      row.add(null);
      row.add(radix);
      row.add(null);
      return row;
    }
  }

  /** The types asked for. */
  public static List<List<@Nullable Object>> rows(CommandGetXdbcTypeInfo command) {
    return TYPES.stream()
        .filter(type -> !command.hasDataType() || command.getDataType() == type.code())
        .map(Type::row)
        .toList();
  }

  private static Type number(String name, int code, int digits, boolean unsigned) {
    return new Type(name, code, digits, "", null, unsigned, 0, 0, 10);
  }

  private static Type text(String name, int code, int size, String quote) {
    return new Type(name, code, size, quote, null, null, null, null, null);
  }
}

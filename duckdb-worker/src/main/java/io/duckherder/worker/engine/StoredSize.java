package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * About how many bytes a kept table has: the widths of its types, and for text and blobs how long
 * they are in the first rows.
 */
final class StoredSize {
  private static final int LOOKED_AT = 2_048;

  private StoredSize() {}

  static long of(EngineConnection connection, String table, long rows) {
    if (rows == 0) {
      return 0;
    }
    List<ResultColumn> columns = connection.columns("FROM " + table);
    return rows * BatchSize.width(columns.stream().filter(c -> !isLong(c)).toList())
        + (long) (rows * textWidth(connection, table, columns));
  }

  private static double textWidth(
      EngineConnection connection, String table, List<ResultColumn> columns) {
    String lengths =
        IntStream.range(0, columns.size())
            .filter(i -> isLong(columns.get(i)))
            .mapToObj(i -> "coalesce(" + SqlText.call(length(columns.get(i)), "s.c" + i) + ", 0)")
            .collect(Collectors.joining(" + "));
    if (lengths.isEmpty()) {
      return 0;
    }
    String names =
        IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    String sql =
        "SELECT %s FROM (FROM %s LIMIT %d) AS s(%s)"
            .formatted(SqlText.call("avg", lengths), table, LOOKED_AT, names);
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getDouble(1);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** The function that counts the bytes of a value. */
  private static String length(ResultColumn column) {
    return column.type().equals("BLOB") ? "octet_length" : "strlen";
  }

  private static boolean isLong(ResultColumn column) {
    return DuckDBType.parse(column.type()) instanceof DuckDBType.Scalar scalar
        && (scalar.name().equals("VARCHAR") || scalar.name().equals("BLOB"));
  }
}

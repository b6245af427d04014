package io.duckherder.plan.cut;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.layout.TableName;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the optimiser knows of a table.
 *
 * @param rows its rows, at a guess where rows were deleted
 * @param distinct the distinct values of each column, at a guess; 0 where not known
 */
record TableStatistics(long rows, List<Long> distinct) {
  private static final ObjectMapper JSON = new ObjectMapper();

  TableStatistics {
    distinct = List.copyOf(distinct);
  }

  /** Reads them from DuckDB's catalog; the rows themselves are not read. */
  static TableStatistics read(Connection connection, TableName table, long rows) {
    try (Statement statement = connection.createStatement()) {
      List<String> columns = new ArrayList<>();
      try (ResultSet result = statement.executeQuery("DESCRIBE " + table.sql())) {
        while (result.next()) {
          String statistics = SqlText.call("stats", "r.c" + columns.size());
          columns.add("CAST(%s AS VARCHAR)".formatted(SqlText.call("to_json", statistics)));
        }
      }
      List<Long> distinct = new ArrayList<>();
      String names =
          java.util.stream.IntStream.range(0, columns.size())
              .mapToObj(i -> "c" + i)
              .collect(Collectors.joining(", "));
      try (ResultSet result =
          statement.executeQuery(
              "SELECT %s FROM %s AS r(%s) LIMIT 1"
                  .formatted(String.join(", ", columns), table.sql(), names))) {
        if (result.next()) {
          for (int i = 1; i <= columns.size(); i++) {
            distinct.add(distinct(result.getString(i)));
          }
        }
      }
      return new TableStatistics(rows, distinct);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static long distinct(String statistics) {
    try {
      JsonNode parsed = JSON.readTree(statistics);
      return parsed.path("approx_unique").asLong();
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  /** The distinct values of a column, by its position; 0 if that is not known. */
  long distinct(int column) {
    return column >= 0 && column < distinct.size() ? distinct.get(column) : 0;
  }
}

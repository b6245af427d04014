package io.duckherder.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * How many rows DuckDB expects a query to give. Who asks decides by it what to send to all; a table
 * that turns out small has cost little, a large one much. So a join is taken to give no fewer rows
 * than its larger side, and a grouping more than DuckDB expects, which adds up distinct values that
 * it knows at a guess.
 */
final class ExpectedRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** By how much groups are taken for more. */
  private static final long GROUPS = 10;

  private ExpectedRows() {}

  /** The rows of a query; empty if DuckDB does not tell. */
  static OptionalLong of(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("EXPLAIN (FORMAT JSON) " + sql)) {
      return result.next()
          ? rows(JSON.readTree(result.getString(2)).path(0))
          : OptionalLong.empty();
    } catch (SQLException | JsonProcessingException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong rows(JsonNode operator) {
    String name = operator.path("name").asText();
    if (name.contains("PROJECTION")) {
      return rows(operator.path("children").path(0));
    }
    OptionalLong own = own(operator);
    if (name.contains("GROUP_BY") && own.isPresent()) {
      long input = rows(operator.path("children").path(0)).orElse(Long.MAX_VALUE);
      return OptionalLong.of(Math.min(input, own.getAsLong() * GROUPS));
    }
    if (!name.contains("JOIN")) {
      return own;
    }
    long most = own.orElse(0);
    for (JsonNode child : operator.path("children")) {
      most = Math.max(most, rows(child).orElse(0));
    }
    return most == 0 ? own : OptionalLong.of(most);
  }

  private static OptionalLong own(JsonNode operator) {
    String text = operator.path("extra_info").path("Estimated Cardinality").asText();
    return text.matches("[0-9]{1,17}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}

package io.duckherder.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** DuckDB's own parser and printer of SQL: text to tree and back. */
public final class SqlTree {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERIALIZE =
      "SELECT " + SqlText.call("json_serialize_sql", "?::VARCHAR");
  private static final String DESERIALIZE =
      "SELECT " + SqlText.call("json_deserialize_sql", "?::JSON");

  private SqlTree() {}

  /**
   * The tree of one SELECT statement, as {@code json_serialize_sql} gives it.
   *
   * @throws DuckherderException SYNTAX_ERROR if DuckDB cannot parse it, UNSUPPORTED if it is
   *     anything but one SELECT
   */
  public static ObjectNode parse(Connection connection, String sql) {
    if (sql.indexOf('\0') >= 0) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot plan a statement that holds a NUL character; write chr(0) for it");
    }
    JsonNode answer = read(call(connection, SERIALIZE, sql));
    if (answer.path("error").asBoolean()) {
      boolean syntax = answer.path("error_type").asText().equals("parser");
      throw new DuckherderException(
          syntax ? StandardErrorCode.SYNTAX_ERROR : StandardErrorCode.UNSUPPORTED,
          (syntax ? "Parser Error: " : "") + answer.path("error_message").asText());
    }
    if (answer.path("statements").size() != 1) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot run %d statements at once; send them one by one"
              .formatted(answer.path("statements").size()));
    }
    return (ObjectNode) answer;
  }

  /** The SQL of a tree. */
  public static String print(Connection connection, JsonNode tree) {
    return call(connection, DESERIALIZE, tree.toString());
  }

  /** The outermost query of a statement's tree. */
  public static ObjectNode root(ObjectNode tree) {
    return (ObjectNode) tree.path("statements").path(0).path("node");
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "DuckDB gave a tree that is no JSON", e);
    }
  }

  private static String call(Connection connection, String sql, String argument) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, argument);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

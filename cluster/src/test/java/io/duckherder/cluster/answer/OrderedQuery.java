package io.duckherder.cluster.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A query taken apart: its text without LIMIT and with its sort keys as columns, which of the
 * columns are the keys, and the limit. DuckDB's own parser and printer do it.
 *
 * @param sql the query without LIMIT; sort keys that are no columns of it stand after them
 * @param keys the sort keys; an index from 0, or the name of a column
 * @param added how many columns were added
 * @param everyColumnIsKey whether it says ORDER BY ALL
 */
record OrderedQuery(
    String sql, List<Object> keys, int added, boolean everyColumnIsKey, long offset, long limit) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** With its number, the name of a column that was added. */
  private static final String ADDED = "sort key ";

  /** Takes a query apart on any connection to a DuckDB. */
  static OrderedQuery of(Connection duckdb, String sql) throws SQLException {
    JsonNode tree = json(one(duckdb, "SELECT json_serialize_sql(?)", sql));
    if (tree.path("error").asBoolean()) {
      return new OrderedQuery(sql, List.of(), 0, false, 0, Long.MAX_VALUE);
    }
    ObjectNode node = (ObjectNode) tree.path("statements").path(0).path("node");
    List<Object> keys = new ArrayList<>();
    int added = 0;
    boolean every = false;
    long offset = 0;
    long limit = Long.MAX_VALUE;
    boolean ordered = false;
    for (Iterator<JsonNode> all = node.withArray("modifiers").elements(); all.hasNext(); ) {
      JsonNode modifier = all.next();
      if (modifier.path("type").asText().equals("LIMIT_MODIFIER")) {
        limit = number(modifier.path("limit"), Long.MAX_VALUE);
        offset = number(modifier.path("offset"), 0);
        all.remove();
      } else if (modifier.path("type").asText().equals("ORDER_MODIFIER")) {
        ordered = true;
        for (JsonNode order : modifier.path("orders")) {
          JsonNode expression = order.path("expression");
          if (expression.path("class").asText().equals("STAR")) {
            every = true;
          } else {
            Object key = key(node, expression, added);
            added += key.equals(ADDED + added) ? 1 : 0;
            keys.add(key);
          }
        }
      }
    }
    if (!ordered && limit == Long.MAX_VALUE && offset == 0) {
      return new OrderedQuery(sql, List.of(), 0, false, 0, Long.MAX_VALUE);
    }
    String text = one(duckdb, "SELECT json_deserialize_sql(?::JSON)", tree.toString());
    return new OrderedQuery(text, keys, added, every, offset, limit);
  }

  /** Where the key is among the columns; it is put there if it is none yet. */
  private static Object key(ObjectNode node, JsonNode expression, int added) {
    JsonNode literal = expression.path("literal");
    if (literal.path("kind").asText().equals("INTEGER")) {
      return literal.path("text").asInt() - 1;
    }
    JsonNode names = expression.path("column_names");
    boolean select = node.path("type").asText().equals("SELECT_NODE");
    if (names.size() == 1 && (!select || isName(node, names.path(0).asText()))) {
      return names.path(0).asText();
    }
    if (!select) {
      throw new IllegalArgumentException("Cannot tell the sort key " + expression);
    }
    ArrayNode selected = node.withArray("select_list");
    ObjectNode plain = plain(expression);
    for (int i = 0; i < selected.size(); i++) {
      if (selected.get(i).path("class").asText().equals("STAR")) {
        break;
      }
      if (plain(selected.get(i)).equals(plain)) {
        return i;
      }
    }
    selected.add(expression.<ObjectNode>deepCopy().put("alias", ADDED + added));
    return ADDED + added;
  }

  /** Whether a column of the answer surely has a name. */
  private static boolean isName(ObjectNode node, String name) {
    for (JsonNode item : node.path("select_list")) {
      JsonNode names = item.path("column_names");
      String shown = item.path("alias").asText();
      if (shown.isEmpty() && !names.isEmpty()) {
        shown = names.path(names.size() - 1).asText();
      }
      if (shown.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** An expression without its alias and its place in the text. */
  private static ObjectNode plain(JsonNode expression) {
    ObjectNode copy = expression.deepCopy();
    copy.put("alias", "");
    strip(copy);
    return copy;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(List.of("query_location", "query_location_length"));
    }
    node.forEach(OrderedQuery::strip);
  }

  private static long number(JsonNode expression, long otherwise) {
    if (expression.isMissingNode() || expression.isNull()) {
      return otherwise;
    }
    String text = expression.path("literal").path("text").asText();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Cannot tell the limit " + expression, e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String one(Connection duckdb, String sql, String value) throws SQLException {
    try (PreparedStatement statement = duckdb.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    }
  }
}

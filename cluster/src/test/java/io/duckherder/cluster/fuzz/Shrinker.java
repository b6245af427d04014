package io.duckherder.cluster.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes a query smaller while it still fails: leaves out parts of its syntax tree, one by one, as
 * long as any can go. DuckDB reads and prints the tree.
 */
final class Shrinker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> LISTS =
      Set.of("select_list", "children", "modifiers", "orders", "group_sets", "values", "arguments");
  private static final Set<String> OPTIONS =
      Set.of("where_clause", "having", "qualify", "filter", "limit", "offset", "condition");
  private static final int MOST_TRIES = 400;

  private final Connection duckdb;
  private int tries;

  Shrinker() throws SQLException {
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
  }

  /** The smallest query found that still fails; the query itself if none is smaller. */
  String shrink(String sql, Predicate<String> fails) throws SQLException {
    Optional<JsonNode> parsed = parse(sql);
    if (parsed.isEmpty()) {
      return sql;
    }
    JsonNode tree = parsed.get();
    String smallest = sql;
    boolean smaller = true;
    while (smaller && tries < MOST_TRIES) {
      smaller = false;
      int count = edits(tree).size();
      for (int i = 0; i < count && tries < MOST_TRIES; i++) {
        JsonNode copy = tree.deepCopy();
        edits(copy).get(i).run();
        Optional<String> text = print(copy);
        if (text.isPresent() && text.get().length() < smallest.length()) {
          tries++;
          if (fails.test(text.get())) {
            tree = copy;
            smallest = text.get();
            smaller = true;
            count = edits(tree).size();
            i--;
          }
        }
      }
    }
    return smallest;
  }

  /** All ways to make a tree smaller by one part, the greatest parts first. */
  private static List<Runnable> edits(JsonNode tree) {
    List<Runnable> edits = new ArrayList<>();
    collect(tree, edits);
    return edits;
  }

  private static void collect(JsonNode node, List<Runnable> edits) {
    if (node instanceof ObjectNode object) {
      for (String name : names(object)) {
        JsonNode child = object.get(name);
        if (OPTIONS.contains(name) && child.isObject()) {
          edits.add(() -> object.set(name, NullNode.instance));
        }
        for (String inner : List.of("left", "right", "child", "from_table")) {
          if (replaceable(child) && child.path(inner).isObject() && like(child, child.get(inner))) {
            edits.add(() -> object.set(name, child.get(inner)));
          }
        }
        if (child.has("class") && child.path("children").isArray()) {
          for (JsonNode inner : child.get("children")) {
            edits.add(() -> object.set(name, inner));
          }
        }
        if (LISTS.contains(name) && child instanceof ArrayNode array) {
          for (int i = 0; i < array.size(); i++) {
            int index = i;
            if (array.size() > 1 || name.equals("modifiers")) {
              edits.add(() -> array.remove(index));
            }
          }
        }
      }
    }
    for (JsonNode child : node) {
      collect(child, edits);
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        JsonNode item = array.get(i);
        if (item.has("class")) {
          for (String inner : List.of("left", "right", "child")) {
            if (item.path(inner).has("class")) {
              edits.add(() -> array.set(index, item.get(inner)));
            }
          }
          for (JsonNode inner : item.path("children")) {
            edits.add(() -> array.set(index, inner));
          }
        }
      }
    }
  }

  private static boolean replaceable(JsonNode node) {
    return node.isObject() && node.has("type");
  }

  /** A table for a table, an expression for an expression, a query for a query. */
  private static boolean like(JsonNode one, JsonNode other) {
    return one.has("class") == other.has("class")
        && one.has("select_list") == other.has("select_list")
        && other.has("type");
  }

  private static List<String> names(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Optional<JsonNode> parse(String sql) throws SQLException {
    try {
      JsonNode tree = JSON.readTree(one("SELECT json_serialize_sql(?::VARCHAR)", sql));
      return tree.path("error").asBoolean() ? Optional.empty() : Optional.of(tree);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<String> print(JsonNode tree) {
    try {
      return Optional.of(one("SELECT json_deserialize_sql(?::JSON)", tree.toString()));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private String one(String sql, String parameter) throws SQLException {
    try (PreparedStatement statement = duckdb.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    duckdb.close();
  }
}

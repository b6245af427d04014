package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.plan.SqlTree;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and copies pieces of DuckDB's trees. */
final class Trees {
  /** What says where an expression stood, or what it is called, and not what it is. */
  private static final Set<String> INCIDENTAL =
      Set.of("query_location", "query_location_length", "alias");

  private static final int MOST_PARSED = 5_000;

  /** What DuckDB's parser makes of the few texts that are written again and again. */
  private static final Map<String, ObjectNode> PARSED = new ConcurrentHashMap<>();

  private static volatile @Nullable ObjectNode template;

  private Trees() {}

  /** A column that an expression names, absent if it is anything more. */
  static Optional<ColumnName> column(JsonNode expression) {
    JsonNode path = expression.path("column_names");
    return expression.path("class").asText().equals("COLUMN_REF") && path.size() == 2
        ? Optional.of(new ColumnName(path.path(0).asText(), path.path(1).asText()))
        : Optional.empty();
  }

  /** All columns that a piece of a tree names, in the order of their first use. */
  static Set<ColumnName> columns(JsonNode tree) {
    Set<ColumnName> found = new java.util.LinkedHashSet<>();
    collectColumns(tree, found);
    return found;
  }

  private static void collectColumns(JsonNode node, Set<ColumnName> into) {
    column(node).ifPresent(into::add);
    node.forEach(child -> collectColumns(child, into));
  }

  /** A copy in which some nodes, known by their identity, are others. */
  static JsonNode copy(JsonNode node, Map<JsonNode, JsonNode> replacements) {
    return copy(node, original -> replacements.get(original));
  }

  /** A copy in which some nodes are others; the function gives null for those that stay. */
  static JsonNode copy(JsonNode node, Function<JsonNode, @Nullable JsonNode> replacement) {
    JsonNode other = replacement.apply(node);
    if (other != null) {
      return other;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object.fields().forEachRemaining(f -> copy.set(f.getKey(), copy(f.getValue(), replacement)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(child -> copy.add(copy(child, replacement)));
      return copy;
    }
    return node;
  }

  /** Whether two expressions are the same but for where they stand and what they are called. */
  static boolean same(JsonNode one, JsonNode other) {
    if (one instanceof ObjectNode && other instanceof ObjectNode) {
      List<String> names = new ArrayList<>();
      one.fieldNames().forEachRemaining(names::add);
      return one.size() == other.size()
          && names.stream()
              .filter(name -> !INCIDENTAL.contains(name))
              .allMatch(name -> other.has(name) && same(one.get(name), other.get(name)));
    }
    if (one instanceof ArrayNode && other instanceof ArrayNode) {
      if (one.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < one.size(); i++) {
        if (!same(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(one, other);
  }

  /** The query of a SELECT that is written out. */
  static ObjectNode select(Connection connection, String sql) {
    ObjectNode known = PARSED.get(sql);
    if (known == null) {
      known = SqlTree.root(SqlTree.parse(connection, sql));
      if (PARSED.size() < MOST_PARSED) {
        PARSED.put(sql, known);
      }
    }
    return known.deepCopy();
  }

  /** A statement that is one query. */
  static ObjectNode statement(Connection connection, JsonNode query) {
    ObjectNode statement = template;
    if (statement == null) {
      statement = SqlTree.parse(connection, "SELECT 1");
      template = statement;
    }
    ObjectNode copy = statement.deepCopy();
    ((ObjectNode) copy.path("statements").path(0)).set("node", query);
    return copy;
  }

  /** A column by its alias and name. */
  record ColumnName(String alias, String column) {}
}

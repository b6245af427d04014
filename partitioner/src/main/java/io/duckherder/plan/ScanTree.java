package io.duckherder.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A plan that reads one table row by row: filters and projections over a base table, nested as
 * derived tables. Such a plan gives the same rows, in the same order, if it is run over each range
 * of the table in turn.
 *
 * <pre>
 * SELECT f(r1.c0) FROM (                      levels[0]
 *   SELECT r0.a AS c0 FROM t AS r0 WHERE p    levels[1]  <- the range goes here
 * ) AS r1(c0) WHERE q
 * </pre>
 */
final class ScanTree {
  private static final Set<String> ROW_CLASSES =
      Set.of(
          "COLUMN_REF",
          "CONSTANT",
          "CAST",
          "FUNCTION",
          "COMPARISON",
          "CONJUNCTION",
          "OPERATOR",
          "CASE",
          "BETWEEN",
          "LAMBDA",
          "TYPE",
          "COLLATE");
  private static final List<String> ABSENT = List.of("having", "sample", "qualify");
  private static final List<String> EMPTY = List.of("modifiers", "group_expressions", "group_sets");

  private final List<ObjectNode> levels;
  private final ObjectNode table;

  private ScanTree(List<ObjectNode> levels, ObjectNode table) {
    this.levels = levels;
    this.table = table;
  }

  /** What kept a plan from being such a scan, or the scan. */
  record Match(Optional<ScanTree> scan, String otherwise) {
    static Match of(ScanTree scan) {
      return new Match(Optional.of(scan), "");
    }

    static Match none(String why) {
      return new Match(Optional.empty(), why);
    }
  }

  static Match match(ObjectNode root, RowFunctions functions) {
    List<ObjectNode> levels = new ArrayList<>();
    JsonNode query = root;
    while (true) {
      Optional<String> obstacle = obstacle(query, functions);
      if (obstacle.isPresent()) {
        return Match.none(obstacle.get());
      }
      levels.add((ObjectNode) query);
      JsonNode from = query.path("from_table");
      if (!from.path("sample").isNull()) {
        return Match.none("it takes a sample");
      }
      switch (from.path("type").asText()) {
        case "SUBQUERY":
          query = from.path("subquery").path("node");
          break;
        case "BASE_TABLE":
          return Match.of(new ScanTree(levels, (ObjectNode) from));
        case "JOIN":
          return Match.none("it joins");
        case "EMPTY":
          return Match.none("it reads no table");
        default:
          return Match.none("it reads what is no table");
      }
    }
  }

  TableName tableName() {
    return new TableName(
        table.path("catalog_name").asText(),
        table.path("schema_name").asText(),
        table.path("table_name").asText());
  }

  /** The alias of the table, and of its columns in their order. */
  String alias() {
    return table.path("alias").asText();
  }

  List<String> columnAliases() {
    List<String> aliases = new ArrayList<>();
    table.path("column_name_alias").forEach(alias -> aliases.add(alias.asText()));
    return aliases;
  }

  /** The queries from the outermost to the one that reads the table. */
  List<ObjectNode> levels() {
    return Collections.unmodifiableList(levels);
  }

  /**
   * Whether the scan is no more than the table: every column, in order, under its own name.
   *
   * @param names the names of the table's columns
   */
  boolean selectsItsTable(List<String> names) {
    ObjectNode query = levels.get(0);
    JsonNode selected = query.path("select_list");
    List<String> aliases = columnAliases();
    if (levels.size() > 1
        || !query.path("where_clause").isNull()
        || selected.size() != names.size()
        || aliases.size() != names.size()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      JsonNode column = selected.get(i);
      JsonNode path = column.path("column_names");
      boolean same =
          column.path("class").asText().equals("COLUMN_REF")
              && path.path(path.size() - 1).asText().equals(aliases.get(i))
              && column.path("alias").asText().equals(names.get(i));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** Adds a condition where the table is read. Changes the tree. */
  void restrict(JsonNode condition) {
    ObjectNode innermost = levels.get(levels.size() - 1);
    JsonNode where = innermost.path("where_clause");
    if (where.isNull() || where.isMissingNode()) {
      innermost.set("where_clause", condition);
      return;
    }
    ObjectNode both = innermost.objectNode();
    both.put("class", "CONJUNCTION").put("type", "CONJUNCTION_AND").put("alias", "");
    ArrayNode children = both.putArray("children");
    children.add(condition).add(where);
    innermost.set("where_clause", both);
  }

  /** Why a query is no more than filters and projections, if it is not. */
  private static Optional<String> obstacle(JsonNode query, RowFunctions functions) {
    if (!query.path("type").asText().equals("SELECT_NODE")) {
      return Optional.of("it is a set operation");
    }
    if (query.path("group_expressions").size() > 0 || query.path("group_sets").size() > 0) {
      return Optional.of("it aggregates");
    }
    for (String part : EMPTY) {
      if (query.path(part).size() > 0) {
        return Optional.of("it sorts, limits or removes duplicates");
      }
    }
    for (String part : ABSENT) {
      if (!query.path(part).isNull()) {
        return Optional.of("it has a " + part + " clause");
      }
    }
    if (query.path("cte_map").path("map").size() > 0) {
      return Optional.of("it has common table expressions");
    }
    if (!query.path("aggregate_handling").asText().equals("STANDARD_HANDLING")) {
      return Optional.of("it aggregates");
    }
    for (JsonNode selected : query.path("select_list")) {
      Optional<String> obstacle = expressionObstacle(selected, functions);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return expressionObstacle(query.path("where_clause"), functions);
  }

  private static Optional<String> expressionObstacle(JsonNode node, RowFunctions functions) {
    if (node.isObject() && node.has("class")) {
      String kind = node.path("class").asText();
      if (!ROW_CLASSES.contains(kind)) {
        return Optional.of("it has a " + kind.toLowerCase(Locale.ROOT) + " expression");
      }
      if (kind.equals("FUNCTION")) {
        String function = node.path("function_name").asText();
        if (!functions.contains(function)) {
          return Optional.of("it calls %s()".formatted(function));
        }
      }
    }
    for (JsonNode child : node) {
      Optional<String> obstacle = expressionObstacle(child, functions);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }
}

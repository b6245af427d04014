package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.layout.TableName;
import io.duckherder.plan.cut.Query.Grouping;
import io.duckherder.plan.cut.Query.Opaque;
import io.duckherder.plan.cut.Query.RowLimit;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.Constant;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads DuckDB's tree of a plan as queries and relations. What {@code EXPLAIN (SQL)} never prints
 * is refused, so that nothing is taken for what it is not.
 */
final class PlanTree {
  private static final Set<String> EXPRESSIONS =
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
          "COLLATE",
          "WINDOW");

  private final Functions functions;
  private final Set<String> databases;

  private PlanTree(Functions functions, Set<String> databases) {
    this.functions = functions;
    this.databases = databases;
  }

  /**
   * The query of a plan.
   *
   * @param root the outermost query node
   * @param databases the names of the snapshot's databases
   */
  static Query read(ObjectNode root, Functions functions, Set<String> databases)
      throws NotCuttable {
    return new PlanTree(functions, databases).query(root, Map.of());
  }

  private Query query(JsonNode node, Map<String, Cte> outer) throws NotCuttable {
    Map<String, Cte> known = new HashMap<>(outer);
    List<Cte> ctes = new ArrayList<>();
    for (JsonNode entry : node.path("cte_map").path("map")) {
      JsonNode value = entry.path("value");
      JsonNode body =
          value.has("query_node") ? value.path("query_node") : value.path("query").path("node");
      String name = entry.path("key").asText();
      if (body.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
        return opaque(node, outer, "it recurses");
      }
      Cte cte = new Cte(name, texts(value.path("aliases")), query(body, known));
      ctes.add(cte);
      known.put(name, cte);
    }
    return switch (node.path("type").asText()) {
      case "SELECT_NODE" -> select((ObjectNode) node, ctes, known);
      case "SET_OPERATION_NODE" -> setOperation((ObjectNode) node, ctes, known);
      default -> opaque(node, outer, "it has a " + lower(node.path("type")));
    };
  }

  /** A query that runs whole, if at least it gives the same each time. */
  private Opaque opaque(JsonNode node, Map<String, Cte> known, String why) throws NotCuttable {
    requireStable(node);
    List<Relation> reads = new ArrayList<>();
    collectReads(node, known, reads);
    return new Opaque((ObjectNode) node, why, reads);
  }

  private void requireStable(JsonNode node) throws NotCuttable {
    if (node.path("class").asText().equals("FUNCTION")) {
      String name = node.path("function_name").asText();
      if (!functions.isRow(name) && !functions.isAggregate(name) && !functions.isGenerator(name)) {
        throw new NotCuttable("it calls %s()".formatted(name));
      }
    }
    for (JsonNode child : node) {
      requireStable(child);
    }
  }

  private void collectReads(JsonNode node, Map<String, Cte> known, List<Relation> into)
      throws NotCuttable {
    if (node.path("type").asText().equals("BASE_TABLE")) {
      String name = node.path("table_name").asText();
      if (!node.path("catalog_name").asText().isEmpty() || known.containsKey(name)) {
        into.add(table((ObjectNode) node, known));
      }
      return;
    }
    for (JsonNode child : node) {
      collectReads(child, known, into);
    }
  }

  private SetOperation setOperation(ObjectNode node, List<Cte> ctes, Map<String, Cte> known)
      throws NotCuttable {
    List<Query> children = new ArrayList<>();
    for (JsonNode child : node.path("children")) {
      children.add(query(child, known));
    }
    boolean unionAll =
        node.path("setop_type").asText().equals("UNION") && node.path("setop_all").asBoolean();
    boolean sorted = false;
    for (JsonNode modifier : node.path("modifiers")) {
      if (!modifier.path("type").asText().equals("ORDER_MODIFIER")) {
        throw new NotCuttable("it limits a set operation");
      }
      sorted = true;
    }
    return new SetOperation(node, ctes, children, unionAll, sorted);
  }

  private Select select(ObjectNode node, List<Cte> ctes, Map<String, Cte> known)
      throws NotCuttable {
    if (!node.path("sample").isNull()) {
      throw new NotCuttable("it takes a sample");
    }
    for (String clause : List.of("having", "qualify")) {
      if (!node.path(clause).isNull()) {
        throw new NotCuttable("it has a " + clause + " clause");
      }
    }
    if (!node.path("aggregate_handling").asText().equals("STANDARD_HANDLING")) {
      throw new NotCuttable("it groups by what it selects");
    }
    List<JsonNode> aggregates = new ArrayList<>();
    List<JsonNode> windows = new ArrayList<>();
    for (JsonNode selected : node.path("select_list")) {
      collect(selected, aggregates, windows);
    }
    requireRows(node.path("where_clause"));
    Optional<Grouping> grouping = Optional.empty();
    if (!aggregates.isEmpty()
        || node.path("group_expressions").size() > 0
        || node.path("group_sets").size() > 0) {
      grouping = Optional.of(grouping(node, aggregates));
    }
    Optional<List<JsonNode>> distinct = Optional.empty();
    List<JsonNode> orders = new ArrayList<>();
    Optional<RowLimit> limit = Optional.empty();
    for (JsonNode modifier : node.path("modifiers")) {
      switch (modifier.path("type").asText()) {
        case "DISTINCT_MODIFIER" -> distinct = Optional.of(distinct(node, modifier));
        case "ORDER_MODIFIER" -> {
          for (JsonNode order : modifier.path("orders")) {
            collect(order.path("expression"), aggregates, windows);
            orders.add(order);
          }
        }
        case "LIMIT_MODIFIER" -> limit = Optional.of(limit(modifier));
        default -> throw new NotCuttable("it has a " + lower(modifier.path("type")));
      }
    }
    if (grouping.isPresent() && grouping.get().aggregates().size() != aggregates.size()) {
      throw new NotCuttable("it sorts by aggregates that it does not select");
    }
    return new Select(
        node,
        ctes,
        relation(node.path("from_table"), known),
        grouping,
        windows,
        distinct,
        orders,
        limit);
  }

  private Grouping grouping(ObjectNode node, List<JsonNode> aggregates) throws NotCuttable {
    List<JsonNode> keys = new ArrayList<>();
    for (JsonNode key : node.path("group_expressions")) {
      requireRows(key);
      keys.add(key);
    }
    List<List<Integer>> sets = new ArrayList<>();
    for (JsonNode set : node.path("group_sets")) {
      List<Integer> positions = new ArrayList<>();
      set.forEach(position -> positions.add(position.asInt()));
      sets.add(positions);
    }
    return new Grouping(keys, sets, List.copyOf(aggregates));
  }

  private List<JsonNode> distinct(JsonNode node, JsonNode modifier) throws NotCuttable {
    List<JsonNode> targets = new ArrayList<>();
    for (JsonNode target : modifier.path("distinct_on_targets")) {
      requireRows(target);
      targets.add(target);
    }
    if (targets.isEmpty()) {
      node.path("select_list").forEach(targets::add);
    }
    return targets;
  }

  private static RowLimit limit(JsonNode modifier) throws NotCuttable {
    if (!modifier.path("limit_type").asText().equals("ROW_COUNT")) {
      throw new NotCuttable("its limit is a percentage");
    }
    JsonNode rows = modifier.path("limit");
    JsonNode offset = modifier.path("offset");
    return new RowLimit(
        rows.isNull() ? Optional.empty() : Optional.of(constant(rows)),
        offset.isNull() ? 0 : constant(offset));
  }

  /** The whole number in a constant, under the cast that EXPLAIN puts around it. */
  private static long constant(JsonNode node) throws NotCuttable {
    JsonNode inner = node;
    while (inner.path("class").asText().equals("CAST")) {
      inner = inner.path("child");
    }
    try {
      return Long.parseLong(inner.path("literal").path("text").asText());
    } catch (NumberFormatException e) {
      throw new NotCuttable("its limit is no constant");
    }
  }

  private Relation relation(JsonNode node, Map<String, Cte> known) throws NotCuttable {
    if (!node.path("sample").isNull() && !node.path("sample").isMissingNode()) {
      throw new NotCuttable("it takes a sample");
    }
    String alias = node.path("alias").asText();
    List<String> columns = texts(node.path("column_name_alias"));
    ObjectNode object = (ObjectNode) node;
    return switch (node.path("type").asText()) {
      case "BASE_TABLE" -> table(object, known);
      case "SUBQUERY" -> {
        JsonNode inner = node.path("subquery").path("node");
        if (isValues(inner)) {
          requireRowsIn(inner.path("from_table").path("values"));
          yield new Constant(object, alias, columns);
        }
        yield new Derived(object, alias, columns, query(inner, known));
      }
      case "JOIN" -> join(object, known);
      case "EMPTY", "EXPRESSION_LIST" -> {
        requireRowsIn(node.path("values"));
        yield new Constant(object, alias, columns);
      }
      case "TABLE_FUNCTION" -> {
        JsonNode call = node.path("function");
        if (!functions.isGenerator(call.path("function_name").asText())) {
          throw new NotCuttable("it reads %s()".formatted(call.path("function_name").asText()));
        }
        for (JsonNode argument : call.path("arguments")) {
          requireRows(argument.path("expression"));
        }
        yield new Constant(object, alias, columns);
      }
      default -> throw new NotCuttable("it reads a " + lower(node.path("type")));
    };
  }

  private static boolean isValues(JsonNode query) {
    return query.path("type").asText().equals("SELECT_NODE")
        && query.path("from_table").path("type").asText().equals("EXPRESSION_LIST")
        && query.path("select_list").size() == 1
        && query.path("select_list").path(0).path("class").asText().equals("STAR");
  }

  private Relation table(ObjectNode node, Map<String, Cte> known) throws NotCuttable {
    String database = node.path("catalog_name").asText();
    String alias = node.path("alias").asText();
    List<String> columns = texts(node.path("column_name_alias"));
    if (database.isEmpty()) {
      Cte cte = known.get(node.path("table_name").asText());
      if (cte == null) {
        throw new NotCuttable(
            "it reads %s, which is no table of the cluster"
                .formatted(node.path("table_name").asText()));
      }
      return new CteScan(node, alias, columns, cte);
    }
    if (!databases.contains(database)) {
      throw new NotCuttable("it reads a table of database " + database);
    }
    return new Scan(
        node,
        alias,
        columns,
        new TableName(
            database, node.path("schema_name").asText(), node.path("table_name").asText()));
  }

  private Join join(ObjectNode node, Map<String, Cte> known) throws NotCuttable {
    String refType = node.path("ref_type").asText();
    String joinType = node.path("join_type").asText();
    JoinKind kind =
        JoinKind.of(refType, joinType)
            .orElseThrow(
                () ->
                    new NotCuttable(
                        "it has a %s %s join"
                            .formatted(
                                refType.toLowerCase(Locale.ROOT),
                                joinType.toLowerCase(Locale.ROOT))));
    List<JsonNode> conditions = new ArrayList<>();
    JsonNode condition = node.path("condition");
    if (condition.path("type").asText().equals("CONJUNCTION_AND")) {
      condition.path("children").forEach(conditions::add);
    } else if (condition.isObject()) {
      conditions.add(condition);
    }
    for (JsonNode part : conditions) {
      requireRows(part);
    }
    return new Join(
        node,
        kind,
        relation(node.path("left"), known),
        relation(node.path("right"), known),
        conditions);
  }

  private void requireRowsIn(JsonNode rows) throws NotCuttable {
    for (JsonNode row : rows) {
      for (JsonNode value : row) {
        requireRows(value);
      }
    }
  }

  /** Fails unless an expression looks at one row only. */
  private void requireRows(JsonNode expression) throws NotCuttable {
    List<JsonNode> aggregates = new ArrayList<>();
    List<JsonNode> windows = new ArrayList<>();
    collect(expression, aggregates, windows);
    if (!aggregates.isEmpty() || !windows.isEmpty()) {
      throw new NotCuttable("it aggregates where DuckDB's plans do not");
    }
  }

  /** Finds the aggregate and window calls of an expression, and refuses what is not known. */
  private void collect(JsonNode node, List<JsonNode> aggregates, List<JsonNode> windows)
      throws NotCuttable {
    if (node.isObject() && node.has("class")) {
      String kind = node.path("class").asText();
      if (!EXPRESSIONS.contains(kind)) {
        throw new NotCuttable("it has a " + kind.toLowerCase(Locale.ROOT) + " expression");
      }
      if (kind.equals("WINDOW")) {
        windows.add(node);
        for (JsonNode child : node) {
          requireRows(child);
        }
        return;
      }
      if (kind.equals("FUNCTION")) {
        String name = node.path("function_name").asText();
        if (functions.isAggregate(name)) {
          aggregates.add(node);
          for (JsonNode child : node) {
            requireRows(child);
          }
          return;
        }
        if (!functions.isRow(name)) {
          throw new NotCuttable("it calls %s()".formatted(name));
        }
      }
    }
    for (JsonNode child : node) {
      collect(child, aggregates, windows);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String lower(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

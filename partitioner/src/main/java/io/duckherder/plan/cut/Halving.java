package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.plan.cut.Query.Grouping;
import io.duckherder.plan.cut.Query.RowLimit;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.StateAggregates.State;
import io.duckherder.plan.cut.Trees.ColumnName;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the two halves of a query. The first gives columns that the second, a query over the
 * results of all tasks, knows by their positions.
 */
final class Halving {
  /** What a second half calls the rows that it reads. */
  static final String INPUT = "i";

  private static final String MARK = "__mark_join_marker";
  private static final ColumnName MARKED = new ColumnName("", MARK);

  private final Connection connection;
  private final Select select;
  private final Half form;

  /** For each aggregate call its state; absent where its result is its state. */
  private final List<Optional<State>> states;

  /** What each column of the first half is, in the terms of the query. */
  private final List<JsonNode> outputs = new ArrayList<>();

  /** For each aggregate call the position of its column. */
  private final List<Integer> aggregateColumns = new ArrayList<>();

  /**
   * @param states for a half of {@link Half#STATES} the state of each aggregate call that is no
   *     state by itself
   */
  Halving(Connection connection, Select select, Half form, List<Optional<State>> states) {
    this.connection = connection;
    this.select = select;
    this.form = form;
    this.states = states;
  }

  /**
   * The first half.
   *
   * @param body a copy of the query in which what it reads is in its place
   */
  ObjectNode first(ObjectNode body) throws NotCuttable {
    switch (form) {
      case STATES -> states(body);
      case DISTINCT -> select.selected().forEach(outputs::add);
      case ROWS -> rows(body);
      case LIMIT, NONE -> limited(body);
    }
    ArrayNode selected = body.putArray("select_list");
    for (JsonNode output : outputs) {
      selected.add(output.deepCopy());
    }
    return body;
  }

  /** The positions of the first half's columns by which its rows are brought together. */
  List<Integer> keyColumns(Optional<Integer> one) throws NotCuttable {
    List<JsonNode> keys = Half.keys(select);
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (one.isEmpty() || one.get() == i) {
        positions.add(position(keys.get(i)));
      }
    }
    return positions;
  }

  private int position(JsonNode expression) throws NotCuttable {
    for (int i = 0; i < outputs.size(); i++) {
      if (Trees.same(outputs.get(i), expression)) {
        return i;
      }
    }
    throw new NotCuttable("its key is not among its columns");
  }

  private void states(ObjectNode body) {
    Grouping grouping = select.grouping.orElseThrow();
    outputs.addAll(grouping.keys());
    for (int i = 0; i < grouping.aggregates().size(); i++) {
      aggregateColumns.add(column(grouping.aggregates(), i));
    }
    body.putArray("modifiers");
    ArrayNode sets = body.putArray("group_sets");
    if (!grouping.keys().isEmpty()) {
      ArrayNode all = sets.addArray();
      for (int i = 0; i < grouping.keys().size(); i++) {
        all.add(i);
      }
    }
    if (grouping.keys().isEmpty() && grouping.aggregates().isEmpty()) {
      outputs.add(constant());
    }
  }

  /** The column of an aggregate call; calls that are the same share one. */
  private int column(List<JsonNode> calls, int number) {
    for (int i = 0; i < number; i++) {
      if (Trees.same(calls.get(i), calls.get(number))) {
        return aggregateColumns.get(i);
      }
    }
    outputs.add(exported((ObjectNode) calls.get(number), states.get(number)));
    return outputs.size() - 1;
  }

  private JsonNode constant() {
    return Trees.select(connection, "SELECT true").path("select_list").path(0);
  }

  private JsonNode exported(ObjectNode call, Optional<State> state) {
    ObjectNode plain = call.deepCopy();
    plain.put("alias", "");
    if (state.isEmpty()) {
      plain.put("export_state", false);
      return plain;
    }
    if (Half.name(call).equals(StateAggregates.COMBINE)) {
      return value(plain, state.orElseThrow());
    }
    plain.put("export_state", true);
    return value(plain, state.orElseThrow());
  }

  /** The value of a state, as one that any DuckDB can hold. */
  JsonNode value(JsonNode stateExpression, State state) {
    String sql =
        "SELECT "
            + (state.isResult()
                ? SqlText.call("finalize", "NULL")
                : "CAST(NULL AS " + state.type() + ")");
    ObjectNode value = (ObjectNode) Trees.select(connection, sql).path("select_list").path(0);
    if (state.isResult()) {
      ((ObjectNode) value.path("arguments").path(0)).set("expression", stateExpression);
    } else {
      value.set("child", stateExpression);
    }
    return value;
  }

  private void rows(ObjectNode body) {
    Set<JsonNode> needed = new LinkedHashSet<>();
    Set<ColumnName> seen = new LinkedHashSet<>();
    collect(select.selected(), seen, needed);
    collect(select.node.path("group_expressions"), seen, needed);
    collect(select.node.path("modifiers"), seen, needed);
    outputs.addAll(needed);
    for (JsonNode key : Half.keys(select)) {
      if (!Half.contains(outputs, key)) {
        outputs.add(key);
      }
    }
    if (outputs.isEmpty()) {
      outputs.add(constant());
    }
    body.putArray("modifiers");
    body.putArray("group_expressions");
    body.putArray("group_sets");
  }

  private static void collect(JsonNode node, Set<ColumnName> seen, Set<JsonNode> into) {
    if (node.path("class").asText().equals("COLUMN_REF")) {
      Optional<ColumnName> column = Trees.column(node);
      if (column.isPresent() ? seen.add(column.get()) : isMark(node) && seen.add(MARKED)) {
        into.add(node);
      }
    }
    node.forEach(child -> collect(child, seen, into));
  }

  private static boolean isMark(JsonNode node) {
    return node.path("column_names").size() == 1
        && node.path("column_names").path(0).asText().equals(MARK);
  }

  private void limited(ObjectNode body) {
    select.selected().forEach(outputs::add);
    if (!select.orders.isEmpty()) {
      outputs.add(SortKeys.expression(connection, select.orders));
    }
    select
        .limit
        .flatMap(RowLimit::rows)
        .ifPresent(
            rows -> {
              long offset = select.limit.orElseThrow().offset();
              setLimit(body, rows > Long.MAX_VALUE - offset ? Long.MAX_VALUE : rows + offset);
            });
    if (select.limit.flatMap(RowLimit::rows).isEmpty()) {
      removeLimit(body);
    }
  }

  private void setLimit(ObjectNode body, long most) {
    JsonNode modifier =
        Trees.select(connection, "SELECT 1 LIMIT " + most).path("modifiers").path(0);
    removeLimit(body);
    ((ArrayNode) body.path("modifiers")).add(modifier);
  }

  private static void removeLimit(ObjectNode body) {
    ArrayNode kept = body.arrayNode();
    for (JsonNode modifier : body.path("modifiers")) {
      if (!modifier.path("type").asText().equals("LIMIT_MODIFIER")) {
        kept.add(modifier);
      }
    }
    body.set("modifiers", kept);
  }

  /**
   * The second half.
   *
   * @param source the FROM clause that reads the first half's columns, under the alias {@link
   *     #INPUT}
   * @param columns the names of those columns there
   */
  ObjectNode second(JsonNode source, List<String> columns) throws NotCuttable {
    return switch (form) {
      case LIMIT -> secondLimit(source, columns);
      default -> secondSelect(source, columns);
    };
  }

  private ObjectNode secondLimit(JsonNode source, List<String> columns) {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (int i = 0; i < select.selected().size(); i++) {
      String alias = select.selected().path(i).path("alias").asText();
      sql.append(i == 0 ? "" : ", ").append(reference(columns.get(i)));
      sql.append(alias.isEmpty() ? "" : " AS " + SqlText.identifier(alias));
    }
    sql.append(" FROM t");
    sql.append(" ORDER BY ")
        .append(reference(columns.get(select.selected().size())))
        .append(" ASC NULLS LAST");
    RowLimit limit = select.limit.orElseThrow();
    limit.rows().ifPresent(rows -> sql.append(" LIMIT ").append(rows));
    sql.append(" OFFSET ").append(limit.offset());
    ObjectNode second = Trees.select(connection, sql.toString());
    second.set("from_table", source);
    return second;
  }

  private ObjectNode secondSelect(JsonNode source, List<String> columns) throws NotCuttable {
    Map<JsonNode, JsonNode> calls = new IdentityHashMap<>();
    if (form == Half.STATES) {
      Grouping grouping = select.grouping.orElseThrow();
      for (int i = 0; i < grouping.aggregates().size(); i++) {
        ObjectNode call = (ObjectNode) grouping.aggregates().get(i);
        calls.put(call, combined(call, states.get(i), columns.get(aggregateColumns.get(i))));
      }
    }
    ObjectNode second =
        (ObjectNode)
            Trees.copy(
                select.node,
                node -> {
                  JsonNode call = calls.get(node);
                  return call != null ? call : replaced(node, columns);
                });
    second.set("from_table", source);
    second.putNull("where_clause");
    ((ObjectNode) second.path("cte_map")).putArray("map");
    for (ColumnName column : Trees.columns(second)) {
      if (!column.alias().equals(INPUT)) {
        throw new NotCuttable("it selects %s beside its groups".formatted(column.column()));
      }
    }
    return second;
  }

  /** The column of the first half that an expression of the query became, or null. */
  private @Nullable JsonNode replaced(JsonNode node, List<String> columns) {
    if (node == select.node.path("from_table") || node == select.node.path("where_clause")) {
      return node;
    }
    if (!node.isObject() || !node.has("class")) {
      return null;
    }
    for (int i = 0; i < outputs.size(); i++) {
      boolean key = form != Half.STATES || i < select.grouping.orElseThrow().keys().size();
      if (key && Trees.same(outputs.get(i), node)) {
        ObjectNode reference = column(columns.get(i));
        reference.set("alias", node.path("alias"));
        return reference;
      }
    }
    return null;
  }

  private JsonNode combined(ObjectNode call, Optional<State> state, String column) {
    if (state.isEmpty() && !StateAggregates.ownState(call)) {
      return added(call, column);
    }
    if (state.isEmpty()) {
      ObjectNode again = call.deepCopy();
      again.putNull("filter");
      ObjectNode argument = (ObjectNode) again.path("arguments").path(0);
      argument.set("expression", column(column));
      return again;
    }
    boolean stays =
        call.path("export_state").asBoolean() || Half.name(call).equals(StateAggregates.COMBINE);
    String combined =
        SqlText.call(StateAggregates.COMBINE, state.orElseThrow().restored(reference(column)));
    ObjectNode expression =
        (ObjectNode)
            Trees.select(
                    connection, "SELECT " + (stays ? combined : SqlText.call("finalize", combined)))
                .path("select_list")
                .path(0);
    expression.set("alias", call.path("alias"));
    return expression;
  }

  /** Counts are added to a count, which of no rows is 0; sums to a sum, which is NULL. */
  private ObjectNode added(ObjectNode call, String column) {
    boolean counts = Half.name(call).startsWith("count");
    String sum = SqlText.call("sum", reference(column));
    ObjectNode expression =
        (ObjectNode)
            Trees.select(
                    connection,
                    "SELECT " + (counts ? "CAST(coalesce(" + sum + ", 0) AS BIGINT)" : sum))
                .path("select_list")
                .path(0);
    expression.set("alias", call.path("alias"));
    return expression;
  }

  private ObjectNode column(String name) {
    ObjectNode node = select.node.objectNode();
    node.put("class", "COLUMN_REF").put("type", "COLUMN_REF").put("alias", "");
    node.putArray("column_names").add(INPUT).add(name);
    return node;
  }

  private static String reference(String column) {
    return INPUT + "." + SqlText.identifier(column);
  }
}

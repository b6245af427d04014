package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.StateAggregates.State;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which aggregate each state in a query belongs to. DuckDB does not tell: every state has the type
 * AGGREGATE_STATE, whatever it is a state of. So a column is followed to the call that made it.
 */
final class StateLineage {
  private static final String STATE_TYPE = "AGGREGATE_STATE";

  private final Scratch scratch;
  private final StateAggregates aggregates;
  private final boolean passed;
  private final CteRows ctes;
  private final Map<JsonNode, State> callStates = new IdentityHashMap<>();
  private final Map<Select, Map<JsonNode, List<String>>> argumentTypes = new IdentityHashMap<>();

  /** Gives the rows of a common table expression, which becomes a stage. */
  interface CteRows {
    Produced of(Cte cte) throws NotCuttable;
  }

  /**
   * @param passed whether DuckDB's own plan passes states on from query to query
   */
  StateLineage(Scratch scratch, StateAggregates aggregates, boolean passed, CteRows ctes) {
    this.scratch = scratch;
    this.aggregates = aggregates;
    this.passed = passed;
    this.ctes = ctes;
  }

  /** What the columns of a query's rows are states of, where they are any. */
  List<Optional<State>> ofColumns(
      Query query, ObjectNode tree, Map<JsonNode, JsonNode> replacements) throws NotCuttable {
    List<Optional<State>> states = new ArrayList<>();
    if (!passed && tree.path("type").asText().equals("SELECT_NODE")) {
      tree.path("select_list").forEach(column -> states.add(Optional.empty()));
      return states;
    }
    List<ResultColumn> columns = scratch.describe(scratch.print(tree));
    for (int i = 0; i < columns.size(); i++) {
      states.add(
          columns.get(i).type().equals(STATE_TYPE)
              ? Optional.of(stateOf(query, i, replacements))
              : Optional.empty());
    }
    return states;
  }

  /**
   * The states of the aggregate calls of a query that is done in halves; absent for those whose
   * result is their state.
   */
  List<Optional<State>> ofCalls(Select select, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    List<Optional<State>> states = new ArrayList<>();
    for (JsonNode call : select.grouping.orElseThrow().aggregates()) {
      boolean own = StateAggregates.ownState(call);
      boolean plain =
          !call.path("export_state").asBoolean()
              && (own || StateAggregates.addsUp(call, argumentTypes(select, call, replacements)));
      if (plain) {
        states.add(Optional.empty());
        continue;
      }
      // Known here only: whoever reads the second half's states later asks for it again.
      State state = state(select, call, replacements);
      states.add(own ? Optional.empty() : Optional.of(state));
    }
    return states;
  }

  /** The same once they are known. */
  List<Optional<State>> known(Select select) {
    return select.grouping.orElseThrow().aggregates().stream()
        .map(
            call ->
                StateAggregates.ownState(call)
                    ? Optional.<State>empty()
                    : Optional.ofNullable(callStates.get(call)))
        .toList();
  }

  /** The state that a call in a SELECT has, or would have. */
  private State state(Select select, JsonNode call, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    State known = callStates.get(call);
    if (known != null) {
      return known;
    }
    State state;
    if (Half.name(call).equals(StateAggregates.COMBINE)) {
      state = stateOf(select, call.path("arguments").path(0).path("expression"), replacements);
    } else {
      state =
          aggregates
              .state(
                  scratch.connection(), Half.name(call), argumentTypes(select, call, replacements))
              .orElseThrow(() -> new StateUnknown(select, Half.name(call)));
    }
    callStates.put(call, state);
    return state;
  }

  private State stateOf(Query query, int position, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    if (query instanceof Query.SetOperation operation) {
      return stateOf(operation.children.get(0), position, replacements);
    }
    if (query instanceof Select select) {
      return stateOf(select, select.selected().path(position), replacements);
    }
    throw new NotCuttable("it passes on an aggregate's state");
  }

  private State stateOf(Select select, JsonNode expression, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    Optional<ColumnName> column = Trees.column(expression);
    if (column.isPresent()) {
      return stateOf(select.from, column.get(), replacements);
    }
    if (expression.path("export_state").asBoolean()
        || Half.name(expression).equals(StateAggregates.COMBINE)) {
      return state(select, expression, replacements);
    }
    throw new NotCuttable("it passes on an aggregate's state");
  }

  private State stateOf(Relation relation, ColumnName column, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    if (relation instanceof Join join) {
      return holds(join.left, column.alias())
          ? stateOf(join.left, column, replacements)
          : stateOf(join.right, column, replacements);
    }
    if (relation instanceof Derived derived) {
      return stateOf(derived.query, derived.columns.indexOf(column.column()), replacements);
    }
    if (relation instanceof CteScan scan) {
      int position = scan.columns.indexOf(column.column());
      return ctes.of(scan.cte)
          .states()
          .get(position)
          .orElseThrow(() -> new NotCuttable("it passes on an aggregate's state"));
    }
    throw new NotCuttable("it passes on an aggregate's state");
  }

  private static boolean holds(Relation relation, String alias) {
    return relation instanceof Join join
        ? holds(join.left, alias) || holds(join.right, alias)
        : ((Named) relation).alias.equals(alias);
  }

  private List<String> argumentTypes(
      Select select, JsonNode call, Map<JsonNode, JsonNode> replacements) {
    Map<JsonNode, List<String>> known = argumentTypes.get(select);
    if (known == null) {
      known = readArgumentTypes(select, replacements);
      argumentTypes.put(select, known);
    }
    return known.getOrDefault(call, List.of());
  }

  /** The types of the arguments of all aggregate calls of a query, from one preparation. */
  private Map<JsonNode, List<String>> readArgumentTypes(
      Select select, Map<JsonNode, JsonNode> replacements) {
    ObjectNode tree = select.node.objectNode();
    select.node.fields().forEachRemaining(f -> tree.set(f.getKey(), f.getValue()));
    tree.set("from_table", Trees.copy(select.node.path("from_table"), replacements));
    ArrayNode selected = tree.putArray("select_list");
    List<JsonNode> calls = select.grouping.orElseThrow().aggregates();
    for (JsonNode call : calls) {
      call.path("arguments").forEach(argument -> selected.add(argument.path("expression")));
    }
    tree.putArray("group_expressions");
    tree.putArray("group_sets");
    tree.putArray("modifiers");
    List<ResultColumn> columns =
        selected.isEmpty()
            ? List.of()
            : scratch.describe(scratch.print(RegionTrees.cleared(tree.deepCopy(), select)));
    Map<JsonNode, List<String>> types = new IdentityHashMap<>();
    int next = 0;
    for (JsonNode call : calls) {
      int end = next + call.path("arguments").size();
      types.put(call, columns.subList(next, end).stream().map(ResultColumn::type).toList());
      next = end;
    }
    return types;
  }
}

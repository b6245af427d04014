package io.duckherder.cluster.functions;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The functions of the cluster that a statement calls.
 *
 * @param names in lower case
 * @param actions the calls that act on the cluster, in the order of the statement
 */
record FunctionCalls(Set<String> names, List<Action> actions) {
  static final String COUNT = "duckherder_get_worker_count";
  static final String CLEAR = "duckherder_clear_query_recorder_stats";
  static final String REGISTER = "duckherder_register_worker";
  static final String CANCEL = "duckherder_cancel";

  static final Set<String> TABLES =
      Set.of(QueryTables.STATISTICS, QueryTables.HISTORY, WorkerTable.NAME, SnapshotTable.NAME);
  static final Set<String> ACTIONS = Set.of(CLEAR, REGISTER, CANCEL);

  private static final String PREFIX = "duckherder_";

  FunctionCalls {
    names = Set.copyOf(names);
    actions = List.copyOf(actions);
  }

  /** One call that acts on the cluster. */
  record Action(String name, List<String> arguments) {
    Action {
      arguments = List.copyOf(arguments);
    }
  }

  static boolean isOne(String name) {
    return name.equals(COUNT) || TABLES.contains(name) || ACTIONS.contains(name);
  }

  /** Whether a text may call one, which spares most statements the search. */
  static boolean mayBeIn(String sql) {
    return sql.toLowerCase(Locale.ROOT).contains(PREFIX);
  }

  /** The calls in a query. */
  static FunctionCalls of(JsonNode tree) {
    Set<String> names = new LinkedHashSet<>();
    addNames(tree, names);
    return new FunctionCalls(names, List.of());
  }

  /** The calls in a query that runs now. */
  static FunctionCalls ofRun(JsonNode tree) {
    FunctionCalls calls = of(tree);
    return new FunctionCalls(calls.names(), actions(tree));
  }

  /** The calls in a statement that DuckDB gives no tree of. */
  static FunctionCalls of(String sql) {
    Set<String> names = new LinkedHashSet<>();
    List<SqlToken> tokens = SqlScript.tokens(sql);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      String name = tokens.get(i).name().toLowerCase(Locale.ROOT);
      if (isOne(name) && tokens.get(i + 1).isSign('(')) {
        names.add(name);
      }
    }
    if (names.stream().anyMatch(ACTIONS::contains)) {
      throw notAlone();
    }
    return new FunctionCalls(names, List.of());
  }

  private static void addNames(JsonNode node, Set<String> names) {
    String name = name(node);
    if (isOne(name)) {
      names.add(name);
    }
    node.forEach(child -> addNames(child, names));
  }

  private static String name(JsonNode node) {
    return node.path("function_name").asText().toLowerCase(Locale.ROOT);
  }

  /** An action happens exactly once, so it stands where nothing decides whether it does. */
  private static List<Action> actions(JsonNode tree) {
    List<Action> actions = new ArrayList<>();
    JsonNode query = tree.path("statements").path(0).path("node");
    boolean alone =
        query.path("from_table").path("type").asText().equals("EMPTY")
            && query.path("where_clause").isNull()
            && query.path("qualify").isNull()
            && query.path("having").isNull()
            && query.path("modifiers").isEmpty();
    List<JsonNode> columns = new ArrayList<>();
    query.path("select_list").forEach(columns::add);
    columns.removeIf(column -> !ACTIONS.contains(name(column)));
    int all = count(tree);
    if (all > columns.size() || (all > 0 && !alone)) {
      throw notAlone();
    }
    columns.forEach(column -> actions.add(action(column)));
    return actions;
  }

  private static int count(JsonNode node) {
    int count = ACTIONS.contains(name(node)) ? 1 : 0;
    for (JsonNode child : node) {
      count += count(child);
    }
    return count;
  }

  private static Action action(JsonNode call) {
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument : call.path("arguments")) {
      JsonNode literal = argument.path("expression").path("literal");
      if (!literal.path("kind").asText().equals("STRING")) {
        throw new DuckherderException(
            StandardErrorCode.INVALID_QUERY,
            "Cannot call %s: each argument must be a string, written out or bound"
                .formatted(name(call)));
      }
      arguments.add(literal.path("text").asText());
    }
    int wanted = wanted(name(call));
    if (arguments.size() != wanted) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "Cannot call %s with %d arguments (expected %d)"
              .formatted(name(call), arguments.size(), wanted));
    }
    return new Action(name(call), arguments);
  }

  private static int wanted(String name) {
    return switch (name) {
      case REGISTER -> 2;
      case CANCEL -> 1;
      default -> 0;
    };
  }

  private static DuckherderException notAlone() {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED,
        "Cannot run a function that acts on the cluster as part of a query; run it alone: SELECT %s('id')"
            .formatted(CANCEL));
  }
}

package io.duckherder.cluster.functions;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.functions.FunctionCalls.Action;
import io.duckherder.cluster.managed.ManagedDatabases.KeptSnapshot;
import io.duckherder.cluster.membership.Membership;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The SQL functions of the cluster. DuckDB runs a statement that calls them as it is written: what
 * they give is collected first, and then defined as macros on the connection that runs it.
 */
public final class ClusterFunctions {
  private final Membership membership;
  private final QueryRegistry queries;
  private final Supplier<List<KeptSnapshot>> snapshots;
  private final Clock clock;

  /**
   * @param snapshots the kept snapshots of managed databases
   */
  public ClusterFunctions(
      Membership membership,
      QueryRegistry queries,
      Supplier<List<KeptSnapshot>> snapshots,
      Clock clock) {
    this.membership = membership;
    this.queries = queries;
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /** Whether a text may call one, which spares most statements the search. */
  public static boolean mayBeIn(String sql) {
    return FunctionCalls.mayBeIn(sql);
  }

  /** The query that CALL of a function stands for, if it is one of these. */
  public static Optional<String> called(String name, String call) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!FunctionCalls.isOne(lower)) {
      return Optional.empty();
    }
    return Optional.of((FunctionCalls.TABLES.contains(lower) ? "FROM " : "SELECT ") + call);
  }

  /** The functions that a query calls, without doing anything yet. */
  public Definitions shape(JsonNode tree) {
    return shape(FunctionCalls.of(tree));
  }

  /** The functions that a statement without a tree calls, without doing anything yet. */
  public Definitions shape(String sql) {
    return shape(FunctionCalls.of(sql));
  }

  /**
   * Does what a query asks for and collects what its functions give.
   *
   * @param self the id of the query, which does not see itself
   */
  public Definitions run(JsonNode tree, String self) {
    return run(FunctionCalls.ofRun(tree), self);
  }

  /** Collects what the functions give that a statement without a tree calls. */
  public Definitions run(String sql, String self) {
    return run(FunctionCalls.of(sql), self);
  }

  private Definitions shape(FunctionCalls calls) {
    return new Definitions(
        tables(calls, "").stream().map(FunctionTable::withoutRows).toList(),
        scalars(calls, Map.of()));
  }

  private Definitions run(FunctionCalls calls, String self) {
    Map<String, Boolean> cancelled = new TreeMap<>();
    for (Action action : calls.actions()) {
      switch (action.name()) {
        case FunctionCalls.CLEAR -> queries.clearEnded();
        case FunctionCalls.REGISTER ->
            membership.registerAt(action.arguments().get(0), action.arguments().get(1));
        default -> {
          String id = action.arguments().get(0);
          cancelled.merge(id, queries.stop(id), Boolean::logicalOr);
        }
      }
    }
    return new Definitions(tables(calls, self), scalars(calls, cancelled));
  }

  private List<FunctionTable> tables(FunctionCalls calls, String self) {
    List<FunctionTable> tables = new ArrayList<>();
    for (String name : calls.names()) {
      switch (name) {
        case QueryTables.STATISTICS ->
            tables.add(QueryTables.statistics(queries.ended(), clock.instant()));
        case QueryTables.HISTORY ->
            tables.add(
                QueryTables.history(
                    queries.history().stream().filter(query -> !query.id().equals(self)).toList()));
        case SnapshotTable.NAME -> tables.add(SnapshotTable.of(snapshots.get()));
        case WorkerTable.NAME -> tables.add(WorkerTable.of(membership.all()));
        default -> {}
      }
    }
    return tables;
  }

  private List<FunctionScalar> scalars(FunctionCalls calls, Map<String, Boolean> cancelled) {
    List<FunctionScalar> scalars = new ArrayList<>();
    for (String name : calls.names()) {
      switch (name) {
        case FunctionCalls.COUNT ->
            scalars.add(FunctionScalar.number(name, membership.all().size()));
        case FunctionCalls.CLEAR -> scalars.add(FunctionScalar.done(name));
        case FunctionCalls.REGISTER -> scalars.add(FunctionScalar.done(name, "id", "location"));
        case FunctionCalls.CANCEL -> scalars.add(FunctionScalar.answers(name, "id", cancelled));
        default -> {}
      }
    }
    return scalars;
  }
}

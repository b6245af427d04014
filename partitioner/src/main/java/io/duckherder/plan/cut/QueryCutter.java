package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckherderException;
import io.duckherder.layout.RowRange;
import io.duckherder.layout.TableLayout;
import io.duckherder.layout.TableName;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import io.duckherder.plan.cut.Query.RowLimit;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Region.Cut;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.session.ExecutionSettings;
import java.sql.Connection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts an optimised query into stages, where that is right and likely to pay. Safe for use by many
 * threads; connections are not.
 */
public final class QueryCutter {
  private static final int MOST_ATTEMPTS = 8;
  private static final Logger log = LoggerFactory.getLogger(QueryCutter.class);

  private final StateAggregates aggregates = new StateAggregates();
  private final Map<Object, TableStatistics> statistics = new ConcurrentHashMap<>();
  private volatile java.util.@org.jspecify.annotations.Nullable Optional<Functions> functions;

  /** What the planner knows of the snapshot. */
  public interface Tables {
    /** The names of the databases. */
    Set<String> databases();

    /** The layout of a table. */
    TableLayout layout(TableName table);

    /** What names a state of a table for as long as its statistics hold. */
    Object identity(TableName table);

    /** The ranges of a table's rows for tasks. */
    List<RowRange> ranges(TableName table, long mostRows);
  }

  /**
   * A cut query, or why it was not cut.
   *
   * @param stages empty if it was not
   */
  public record Result(
      List<Stage> stages, Optional<ResultAssembly> assembly, String otherwise, OptionalLong rows) {
    static Result whole(String because, OptionalLong rows) {
      return new Result(List.of(), Optional.empty(), because, rows);
    }
  }

  /**
   * Cuts a query.
   *
   * @param root the query of DuckDB's optimised plan, printed on the same connection
   * @param expected the columns of the answer
   */
  public Result cut(
      Connection connection,
      ObjectNode root,
      List<ResultColumn> expected,
      Tables tables,
      ExecutionSettings settings,
      int workers,
      int slots) {
    try {
      Query query = read(connection, root, tables);
      Collations.requireNoneCompared(connection, root, query);
      if (unorderedLimits(query) > 1) {
        // Two of the same rows, a common table expression's say, must not give different ones.
        throw new NotCuttable("it limits rows that have no order more than once");
      }
      Estimates estimates = new Estimates(table -> statistics(connection, table, tables));
      double scanned = Estimates.scanned(query, table -> statistics(connection, table, tables));
      Workload workload = new Workload(settings, workers, slots, scanned);
      OptionalLong rows = OptionalLong.of((long) scanned);
      if (scanned == 0) {
        return Result.whole("it reads no table", rows);
      }
      if (!workload.forced() && scanned < settings.minimumRows()) {
        return Result.whole("it reads few rows", rows);
      }
      if (!workload.forced() && workers < 2) {
        return Result.whole("there is one worker", rows);
      }
      Set<Query> withoutStates = Collections.newSetFromMap(new IdentityHashMap<>());
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        Regions regions =
            new Regions(
                estimates,
                workload,
                new KeyRanges(tables),
                (scan, region) -> tables.ranges(scan.table, settings.partitionRows()),
                new Stability((table, column) -> type(tables.layout(table), column)),
                withoutStates);
        try (StageWriter writer =
            new StageWriter(connection, regions, aggregates, passesStates(root))) {
          return cut(query, expected, regions, writer, rows);
        } catch (StateUnknown e) {
          withoutStates.add(e.query());
        }
      }
      return Result.whole("its aggregates have no states", rows);
    } catch (NotCuttable e) {
      return Result.whole(e.because(), OptionalLong.empty());
    } catch (DuckherderException e) {
      // A stage that DuckDB does not take is a fault of ours; the query itself is none.
      log.warn("Cannot cut a query: {}", e.getMessage());
      return Result.whole("its stages could not be prepared", OptionalLong.empty());
    }
  }

  private static Optional<String> type(TableLayout layout, int column) {
    return column < layout.columns().size()
        ? Optional.of(layout.columns().get(column).type())
        : Optional.empty();
  }

  private Query read(Connection connection, ObjectNode root, Tables tables) throws NotCuttable {
    Query query = PlanTree.read(root, functions(connection), tables.databases());
    return ImpliedFilters.remove(
            query, (table, column) -> tables.layout(table).zonesOfInteger(column))
        ? PlanTree.read(root, functions(connection), tables.databases())
        : query;
  }

  private static long unorderedLimits(Query query) {
    long limits = Walk.queries(query).stream().filter(RowOrder::limitsUnordered).count();
    for (Cte cte : Walk.ctes(query)) {
      limits += unorderedLimits(cte.body);
    }
    return limits;
  }

  private static boolean passesStates(JsonNode node) {
    if (node.path("export_state").asBoolean()) {
      return true;
    }
    for (JsonNode child : node) {
      if (passesStates(child)) {
        return true;
      }
    }
    return false;
  }

  private static Result cut(
      Query query,
      List<ResultColumn> expected,
      Regions regions,
      StageWriter writer,
      OptionalLong rows)
      throws NotCuttable {
    Plan plan = choose(query, regions);
    if (!regions.workload.forced()
        && plan.cost() + regions.cteCost(query) >= regions.wholeCost(query)) {
      return Result.whole("dividing it does not pay", rows);
    }
    writer.divideCtesFor(plan.region());
    ResultAssembly assembly = plan.assembly();
    List<ResultColumn> columns;
    if (plan.onDriver()) {
      Cut cut = plan.region().cuts().get(0);
      Produced produced = writer.write(cut);
      String sql = writer.combination(plan.region(), produced);
      columns = writer.scratch().describe(sql);
      assembly =
          new ResultAssembly.Combination(
              sql, Produced.name(produced.stage(), false), produced.columns());
    } else {
      Stage last = writer.writeLast(plan.region(), assembly instanceof ResultAssembly.SortedMerge);
      columns = last.columns();
      if (columns.size() == expected.size() + 1) {
        columns = columns.subList(0, expected.size());
      }
    }
    if (!columns.equals(expected)) {
      throw new NotCuttable("DuckDB's plan has other columns than the query");
    }
    if (writer.stages().stream().allMatch(stage -> stage.tasks().size() == 1)) {
      return Result.whole("no part of it can be divided", rows);
    }
    return new Result(List.copyOf(writer.stages()), Optional.of(assembly), "", rows);
  }

  /** A region for the whole query, with what the driver does with its rows. */
  private record Plan(Region region, ResultAssembly assembly, boolean onDriver, double cost) {}

  private static Plan choose(Query query, Regions regions) throws NotCuttable {
    Optional<Plan> best = single(query, regions);
    if (!RowOrder.carriesOrder(query)) {
      Region divided = regions.best(query, false);
      if (!divided.scheme().isSingle()) {
        best =
            cheaper(
                best, new Plan(divided, ResultAssembly.Concatenation.ALL, false, divided.cost()));
      }
    }
    if (query instanceof Select select
        && select.plain(true)
        && (select.limit.isPresent() || !select.orders.isEmpty())
        && SortKeys.known(select.orders)) {
      Region divided = regions.best(query, true);
      // Tasks, one after the other, give a table's rows in their order, and nothing else's.
      boolean inOrder =
          !select.orders.isEmpty()
              || (select.from instanceof Scan scan
                  && divided.scheme().driving().filter(scan::equals).isPresent());
      if (!divided.scheme().isSingle() && inOrder) {
        OptionalLong limit =
            select.limit.flatMap(RowLimit::rows).map(OptionalLong::of).orElse(OptionalLong.empty());
        long offset = select.limit.map(RowLimit::offset).orElse(0L);
        best =
            cheaper(
                best,
                new Plan(
                    divided,
                    select.orders.isEmpty()
                        ? new ResultAssembly.Concatenation(limit, offset)
                        : new ResultAssembly.SortedMerge(limit, offset),
                    false,
                    divided.cost()));
      }
    }
    return best.orElseThrow(() -> new NotCuttable("the order of its rows matters"));
  }

  private static Optional<Plan> single(Query query, Regions regions) {
    return regions
        .single(query)
        .map(
            region -> {
              boolean onDriver =
                  region.cuts().size() == 1
                      && RegionTrees.readLeaves(region).isEmpty()
                      && !region.cuts().get(0).producer().scheme().isSingle()
                      && regions.estimates.rows(region.cuts().get(0).query())
                          <= regions.workload.settings().groupRows();
              // The driver needs no stage for it.
              double cost = onDriver ? region.cost() - regions.workload.stageCost() : region.cost();
              return new Plan(region, ResultAssembly.Concatenation.ALL, onDriver, cost);
            });
  }

  private static Optional<Plan> cheaper(Optional<Plan> one, Plan other) {
    return one.isEmpty() || other.cost() < one.get().cost() || !one.get().region().distributed()
        ? Optional.of(other)
        : one;
  }

  private TableStatistics statistics(Connection connection, TableName table, Tables tables) {
    return statistics.computeIfAbsent(
        Map.entry(table, tables.identity(table)),
        key -> TableStatistics.read(connection, table, tables.layout(table).totalRows()));
  }

  private Functions functions(Connection connection) {
    Optional<Functions> known = functions;
    if (known == null) {
      known = Optional.of(Functions.read(connection));
      functions = known;
    }
    return known.get();
  }

  /** Ranges of a clustered integer key, from the row groups' least and greatest values. */
  private static final class KeyRanges implements Clustering {
    private final Tables tables;
    private final Map<Object, Optional<List<Long>>> known = new HashMap<>();

    KeyRanges(Tables tables) {
      this.tables = tables;
    }

    @Override
    public Optional<List<Long>> boundaries(TableName table, int column, int ranges) {
      return known.computeIfAbsent(
          List.of(table, column, ranges),
          key -> ClusteredKeys.boundaries(tables.layout(table), column, ranges));
    }
  }
}

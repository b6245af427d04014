package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.plan.cut.Columns.LeafColumn;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds the cheapest right way to divide a query, and those inside it that get stages. */
final class Regions {
  private static final int MOST_DRIVING = 5;
  private static final int MOST_CLASSES = 12;

  /** Of so many values of a key each bucket gets about its share. */
  private static final int VALUES_PER_BUCKET = 50;

  final Estimates estimates;
  final Workload workload;
  final Clustering clustering;
  final RowRanges ranges;
  final Stability stability;

  /** Queries whose states turned out not to leave DuckDB: their rows are exchanged. */
  private final Set<Query> withoutStates;

  /** What was found for a query; empty where no scheme is right. */
  private final Map<Query, Optional<Region>> whole = new IdentityHashMap<>();

  private final Map<Query, Optional<Region>> halves = new IdentityHashMap<>();

  Regions(
      Estimates estimates,
      Workload workload,
      Clustering clustering,
      RowRanges ranges,
      Stability stability,
      Set<Query> withoutStates) {
    this.estimates = estimates;
    this.workload = workload;
    this.clustering = clustering;
    this.ranges = ranges;
    this.stability = stability;
    this.withoutStates = withoutStates;
  }

  /** How a query can be done in halves. */
  Half half(Query query) {
    Half half = Half.of(query);
    return half == Half.STATES && withoutStates.contains(query) ? Half.ROWS : half;
  }

  /**
   * The cheapest region for a query's rows, in any order.
   *
   * @param half whether each task does its half only
   */
  Region best(Query query, boolean half) throws NotCuttable {
    Map<Query, Optional<Region>> memo = half ? halves : whole;
    Optional<Region> known = memo.get(query);
    if (known == null) {
      known = find(query, half);
      memo.put(query, known);
    }
    return known.orElseThrow(() -> new NotCuttable("the order of its rows matters"));
  }

  private Optional<Region> find(Query query, boolean half) {
    Optional<Region> best = Optional.empty();
    for (Scheme scheme : schemes(query, half)) {
      Optional<Region> region = new RegionEvaluation(this, query, half, scheme, true).evaluate();
      if (region.isPresent() && (best.isEmpty() || region.get().cost() < best.get().cost())) {
        best = region;
      }
    }
    return best;
  }

  /** The region of a query run by one task, whatever is cut inside it. */
  Optional<Region> single(Query query) {
    return new RegionEvaluation(this, query, false, Scheme.single(), true).evaluate();
  }

  /** The cost of a query that one worker runs as it is. */
  double wholeCost(Query query) {
    double cost =
        new RegionEvaluation(this, query, false, Scheme.single(), false)
            .evaluate()
            .map(Region::cost)
            .orElse(Double.MAX_VALUE);
    for (Relation.Cte cte : Walk.ctes(query)) {
      cost += wholeCost(cte.body);
    }
    return cost;
  }

  /** The cost of the common table expressions of a query, each a stage or more. */
  double cteCost(Query query) throws NotCuttable {
    double cost = 0;
    for (Relation.Cte cte : Walk.ctes(query)) {
      cost += best(cte.body, false).cost() + cteCost(cte.body);
    }
    return cost;
  }

  private List<Scheme> schemes(Query query, boolean half) {
    List<Scheme> schemes = new ArrayList<>();
    schemes.add(Scheme.single());
    Walk.leaves(query).stream()
        .filter(leaf -> leaf instanceof Scan || estimates.rows(leaf) > StageWriter.SHARED_CTE_ROWS)
        .sorted(Comparator.comparingDouble((Named leaf) -> -estimates.rows(leaf)))
        .limit(MOST_DRIVING)
        .map(Scheme::rows)
        .forEach(schemes::add);
    Columns.of(query).classes().stream()
        .limit(MOST_CLASSES)
        .map(this::byKey)
        .flatMap(Optional::stream)
        .forEach(schemes::add);
    for (Query inner : Walk.queries(query)) {
      boolean top = half && inner == query;
      if (!top && exchangeable(inner)) {
        schemes.add(Scheme.exchange(inner, Optional.empty()));
        byOneKey(inner).forEach(key -> schemes.add(Scheme.exchange(inner, Optional.of(key))));
      }
    }
    return schemes;
  }

  /**
   * The keys by which the halves of a query can be brought together in several tasks; empty if only
   * one task can finish it, as where it limits its rows.
   */
  List<JsonNode> halfKeys(Query query) {
    Half half = half(query);
    boolean several =
        half != Half.NONE
            && half != Half.LIMIT
            && query instanceof Select select
            && select.limit.isEmpty();
    return several ? Half.keys((Select) query) : List.of();
  }

  /**
   * The keys of enough values that rows can be brought together by each alone: a query further out
   * may look for its rows by one of them, which it then has no need to bring together again.
   */
  private List<Integer> byOneKey(Query query) {
    List<JsonNode> keys = halfKeys(query);
    if (keys.size() < 2) {
      return List.of();
    }
    Relation from = ((Select) query).from;
    return IntStream.range(0, keys.size())
        .filter(
            i ->
                Trees.column(keys.get(i))
                    .filter(
                        column ->
                            estimates.distinct(from, column)
                                > workload.buckets() * VALUES_PER_BUCKET)
                    .isPresent())
        .boxed()
        .toList();
  }

  private boolean exchangeable(Query query) {
    if (query instanceof SetOperation operation) {
      return !operation.unionAll;
    }
    return !halfKeys(query).isEmpty();
  }

  private Optional<Scheme> byKey(Set<LeafColumn> columns) {
    Map<Named, String> key = new LinkedHashMap<>();
    columns.forEach(column -> key.putIfAbsent(column.leaf(), column.column()));
    List<Named> tables =
        key.keySet().stream()
            .filter(leaf -> leaf instanceof Scan || leaf instanceof CteScan)
            .sorted(Comparator.comparingDouble((Named leaf) -> -estimates.rows(leaf)))
            .toList();
    if (tables.isEmpty()) {
      return Optional.empty();
    }
    Set<Named> divided = new HashSet<>();
    divided.add(tables.get(0));
    tables.stream()
        .filter(table -> estimates.rows(table) > workload.settings().broadcastRows())
        .forEach(divided::add);
    Optional<Scan> leader = Optional.empty();
    if (divided.stream().allMatch(leaf -> leaf instanceof Scan)) {
      double most = estimates.rows(tables.get(0));
      leader =
          tables.stream()
              .filter(table -> divided.contains(table) && estimates.rows(table) * 2 > most)
              .map(Scan.class::cast)
              .filter(scan -> boundaries(scan, key).isPresent())
              .findFirst();
    }
    return Optional.of(
        leader
            .map(scan -> Scheme.ranges(key, divided, scan))
            .orElseGet(() -> Scheme.buckets(key, divided)));
  }

  private Optional<List<Long>> boundaries(Scan scan, Map<Named, String> key) {
    return clustering.boundaries(
        scan.table, scan.columns.indexOf(key.get(scan)), workload.ranges());
  }
}

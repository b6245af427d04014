package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.plan.cut.Query.Grouping;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Region.Cut;
import io.duckherder.plan.cut.Relation.Constant;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Scheme.Kind;
import io.duckherder.plan.cut.Trees.ColumnName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Works out what becomes of a query when one scheme divides it. Of each part it finds whether every
 * task sees all of its rows, or a share: shares together are all rows, each once. What makes the
 * answer wrong ends the attempt; a query inside that stands in the way is cut out.
 */
final class RegionEvaluation {
  private final Regions regions;
  private final Query root;
  private final boolean half;
  private final Scheme scheme;
  private final boolean mayCut;
  private final double tasks;

  private final List<Cut> cuts = new ArrayList<>();
  private double cost;

  /** Set where rows must come in the order in which DuckDB alone would give them. */
  private boolean inOrder;

  /**
   * @param mayCut whether queries inside may become stages; else the query runs as it is
   */
  RegionEvaluation(Regions regions, Query root, boolean half, Scheme scheme, boolean mayCut) {
    this.mayCut = mayCut;
    this.regions = regions;
    this.root = root;
    this.half = half;
    this.scheme = scheme;
    this.tasks = tasks(regions, root, scheme);
  }

  /** How many workers have something to do. */
  private static double tasks(Regions regions, Query root, Scheme scheme) {
    int workers = regions.workload.workers();
    if (scheme.isSingle()) {
      return 1;
    }
    return scheme.driving().orElse(null) instanceof Scan scan
        ? Math.min(workers, Math.max(1, regions.ranges.of(scan, root).size()))
        : workers;
  }

  /** A query's rows: whether tasks have shares of them, and by which columns. */
  private record Rows(boolean shared, Set<Integer> keys) {
    static final Rows ALL = new Rows(false, Set.of());

    static Rows shared(Set<Integer> keys) {
      return new Rows(true, keys);
    }
  }

  private record Mark(int cuts, double cost, boolean inOrder) {}

  Optional<Region> evaluate() {
    try {
      Rows rows = half ? firstHalf((Select) root) : query(root);
      if (!scheme.isSingle() && !rows.shared()) {
        return Optional.empty();
      }
      return Optional.of(
          new Region(
              root,
              half,
              scheme,
              cuts,
              cost + regions.workload.stageCost(),
              List.copyOf(new TreeSet<>(rows.keys()))));
    } catch (NotCuttable e) {
      return Optional.empty();
    }
  }

  private Mark mark() {
    return new Mark(cuts.size(), cost, inOrder);
  }

  private void back(Mark mark) {
    cuts.subList(mark.cuts(), cuts.size()).clear();
    cost = mark.cost();
    inOrder = mark.inOrder();
  }

  private double share(boolean shared) {
    return shared ? 1 / tasks : 1;
  }

  private Rows firstHalf(Select select) throws NotCuttable {
    Part from = relation(select.from);
    cost += regions.estimates.input(select) * Costs.GROUP * share(from.shared());
    return new Rows(from.shared(), Set.of());
  }

  private Rows query(Query query) throws NotCuttable {
    if (scheme.exchanged().isPresent() && scheme.exchanged().get() == query) {
      return exchanged(query);
    }
    return scheme.isSingle() ? single(query) : inline(query);
  }

  /**
   * In one task: the query as it is, or finished from halves made by many, or its rows from many.
   */
  private Rows single(Query query) throws NotCuttable {
    Mark start = mark();
    Rows rows = inline(query);
    Mark inline = mark();
    List<Cut> inlineCuts = List.copyOf(cuts.subList(start.cuts(), cuts.size()));
    double best = cost - start.cost();
    Optional<Cut> instead = Optional.empty();
    double insteadCost = best;
    boolean ordered = start.inOrder() && RowOrder.ordersRows(query);
    if (mayCut && !ordered && regions.half(query) != Half.NONE) {
      Region producer = regions.best(query, true);
      double total = producer.cost() + finishing((Select) query, 1);
      if (producer.distributed() && total < insteadCost) {
        instead =
            Optional.of(
                new Cut(query.node, query, Cut.Form.FINISHED, Optional.empty(), false, producer));
        insteadCost = total;
      }
    }
    if (mayCut && !ordered && query != root && !RowOrder.carriesOrder(query)) {
      Region producer = regions.best(query, false);
      double total = producer.cost() + regions.estimates.rows(query) * Costs.EXCHANGE;
      if (producer.distributed() && total < insteadCost) {
        instead = Optional.of(complete(query, Optional.empty(), producer));
        insteadCost = total;
      }
    }
    back(start);
    if (instead.isPresent()) {
      cuts.add(instead.get());
    } else {
      cuts.addAll(inlineCuts);
    }
    cost = inline.cost() - best + insteadCost;
    return rows;
  }

  private static Cut complete(Query query, Optional<Integer> key, Region producer) {
    return new Cut(query.node, query, Cut.Form.COMPLETE, key, key.isPresent(), producer);
  }

  /** The rows that halves have, brought together and finished. */
  private double finishing(Select select, double finishers) {
    double rows =
        switch (regions.half(select)) {
          case STATES, DISTINCT ->
              Math.min(
                  regions.estimates.input(select),
                  regions.estimates.rows(select) * regions.workload.slots() * 2);
          case LIMIT ->
              Math.min(
                  regions.estimates.input(select),
                  select.limit.orElseThrow().rows().orElse(Long.MAX_VALUE)
                      * (double) regions.workload.slots()
                      * 2);
          default -> regions.estimates.input(select);
        };
    double work = select.windows.isEmpty() ? Costs.GROUP : Costs.WINDOW;
    return rows * (Costs.EXCHANGE + work) / finishers;
  }

  /** The rows of groups, of windows or of a set operation, each in the task of its bucket. */
  private Rows exchanged(Query query) throws NotCuttable {
    if (inOrder) {
      throw new NotCuttable("the order of its rows matters");
    }
    if (query instanceof SetOperation operation) {
      for (Query child : operation.children) {
        Region producer = regions.best(child, false);
        cost += producer.cost() + regions.estimates.rows(child) * Costs.EXCHANGE / tasks;
        cuts.add(new Cut(child.node, child, Cut.Form.COMPLETE, Optional.empty(), true, producer));
      }
      return Rows.shared(Set.of());
    }
    Select select = (Select) query;
    Region producer = regions.best(select, true);
    Optional<Integer> key = scheme.exchangedKey().or(() -> chooseKey(select));
    cuts.add(new Cut(query.node, query, Cut.Form.FINISHED, key, true, producer));
    cost += producer.cost() + finishing(select, tasks);
    return Rows.shared(key.map(k -> outputs(select, Half.keys(select).get(k))).orElse(Set.of()));
  }

  /** One column of many values, so that what comes after finds its rows together too. */
  private Optional<Integer> chooseKey(Select select) {
    List<JsonNode> keys = Half.keys(select);
    int best = -1;
    double most = keys.size() == 1 ? 0 : regions.workload.buckets() * 100.0;
    for (int i = 0; i < keys.size(); i++) {
      double distinct =
          Trees.column(keys.get(i))
              .map(column -> regions.estimates.distinct(select.from, column))
              .orElse(0.0);
      if (distinct > most || (keys.size() == 1)) {
        best = i;
        most = distinct;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(best);
  }

  private static Set<Integer> outputs(Select select, JsonNode expression) {
    Set<Integer> positions = new HashSet<>();
    for (int i = 0; i < select.selected().size(); i++) {
      if (Trees.same(select.selected().path(i), expression)) {
        positions.add(i);
      }
    }
    return positions;
  }

  private Rows inline(Query query) throws NotCuttable {
    if (query instanceof Select select) {
      return inline(select);
    }
    if (query instanceof SetOperation operation) {
      return inline(operation);
    }
    if (!scheme.isSingle()) {
      throw new NotCuttable(((Query.Opaque) query).why);
    }
    for (Relation read : ((Query.Opaque) query).reads) {
      cost += regions.estimates.rows(read) * wholeScan();
    }
    return Rows.ALL;
  }

  private Rows inline(SetOperation operation) throws NotCuttable {
    List<Rows> children = new ArrayList<>();
    for (Query child : operation.children) {
      children.add(inside(child, Optional.empty()));
    }
    if (children.stream().noneMatch(Rows::shared)) {
      return Rows.ALL;
    }
    Set<Integer> common = new HashSet<>(children.get(0).keys());
    children.forEach(rows -> common.retainAll(rows.keys()));
    if (!children.stream().allMatch(Rows::shared)) {
      throw new NotCuttable("only some sides of a set operation can be divided");
    }
    if (!operation.unionAll) {
      if (common.isEmpty()) {
        throw new NotCuttable("a set operation compares rows that lie apart");
      }
      cost += regions.estimates.total(operation.children) * Costs.GROUP / tasks;
    }
    return Rows.shared(common);
  }

  private Rows inline(Select select) throws NotCuttable {
    boolean outer = inOrder;
    // What sorts makes an order of its own, what groups makes none.
    boolean passesOrder =
        select.orders.isEmpty() && select.grouping.isEmpty() && select.distinct.isEmpty();
    inOrder =
        Half.dependsOnOrder(select) || RowOrder.limitsRowsInOrder(select) || (outer && passesOrder);
    Part from = relation(select.from);
    inOrder = outer;
    double input = regions.estimates.input(select) * share(from.shared());
    cost += input * 0.2;
    if (select.grouping.isPresent()) {
      cost += input * Costs.GROUP;
    }
    if (!select.windows.isEmpty()) {
      cost += input * Costs.WINDOW;
    }
    if (!select.orders.isEmpty() || select.distinct.isPresent()) {
      cost += input * Costs.SORT;
    }
    if (!from.shared()) {
      return Rows.ALL;
    }
    requireTogether(select, from.keys());
    Set<Integer> keys = new HashSet<>();
    for (int i = 0; i < select.selected().size(); i++) {
      int position = i;
      Trees.column(select.selected().path(i))
          .filter(from.keys()::contains)
          .ifPresent(column -> keys.add(position));
    }
    return Rows.shared(keys);
  }

  /** Fails unless the rows that a query looks at together are in one task. */
  private void requireTogether(Select select, Set<ColumnName> keys) throws NotCuttable {
    if (select.limit.isPresent()) {
      throw new NotCuttable("it limits rows that lie apart");
    }
    if (Half.dependsOnOrder(select)) {
      throw new NotCuttable("its answer depends on the order of rows");
    }
    if (select.grouping.isPresent()) {
      Grouping grouping = select.grouping.get();
      if (!grouping.oneSet() || !hasKey(grouping.keys(), keys)) {
        throw new NotCuttable("it groups rows that lie apart");
      }
    }
    for (JsonNode window : select.windows) {
      if (!hasKey(window.path("partitions"), keys)) {
        throw new NotCuttable("it has windows over rows that lie apart");
      }
    }
    if (select.distinct.isPresent() && !hasKey(select.distinct.get(), keys)) {
      throw new NotCuttable("it removes duplicates that lie apart");
    }
  }

  private static boolean hasKey(Iterable<JsonNode> expressions, Set<ColumnName> keys) {
    for (JsonNode expression : expressions) {
      if (Trees.column(expression).filter(keys::contains).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** A query in a FROM clause or in a set operation. */
  private Rows inside(Query query, Optional<Named> derived) throws NotCuttable {
    if (scheme.isSingle()) {
      return query(query);
    }
    Mark start = mark();
    boolean ordered = inOrder && RowOrder.ordersRows(query);
    Optional<NotCuttable> obstacle = Optional.empty();
    try {
      Rows rows = query(query);
      if (rows.shared()) {
        return rows;
      }
      if (regions.stability.isStable(query)) {
        if (ordered) {
          return rows;
        }
        Region producer = regions.best(query, false);
        double pulled = producer.cost() + regions.estimates.rows(query) * Costs.EXCHANGE;
        if (cost - start.cost() <= pulled) {
          return rows;
        }
      }
    } catch (NotCuttable e) {
      obstacle = Optional.of(e);
    }
    back(start);
    if (ordered) {
      throw obstacle.orElseGet(() -> new NotCuttable("the order of its rows matters"));
    }
    return cutOut(query, derived);
  }

  private Rows cutOut(Query query, Optional<Named> derived) throws NotCuttable {
    double rows = regions.estimates.rows(query);
    Optional<String> column = derived.map(scheme.key()::get);
    if (scheme.kind() == Kind.BUCKETS
        && column.isPresent()
        && rows > regions.workload.settings().broadcastRows()) {
      int position = derived.get().columns.indexOf(column.get());
      Optional<Integer> key = halfKey(query, position);
      if (key.isPresent()) {
        Region producer = regions.best(query, true);
        cuts.add(new Cut(query.node, query, Cut.Form.FINISHED, key, true, producer));
        cost += producer.cost() + finishing((Select) query, tasks);
      } else {
        Region producer = regions.best(query, false);
        cuts.add(complete(query, Optional.of(position), producer));
        cost += producer.cost() + rows * Costs.EXCHANGE / tasks;
      }
      return Rows.shared(Set.of(position));
    }
    Region producer = regions.best(query, false);
    double pulled = producer.cost() + rows * Costs.EXCHANGE;
    if (regions.half(query) == Half.STATES && regions.stability.isStable(query)) {
      // Each task may finish it by itself, where that costs less than a stage more.
      Region halves = regions.best(query, true);
      double finished = halves.cost() + finishing((Select) query, 1);
      if (finished < pulled) {
        cuts.add(new Cut(query.node, query, Cut.Form.FINISHED, Optional.empty(), false, halves));
        cost += finished;
        return Rows.ALL;
      }
    }
    cuts.add(complete(query, Optional.empty(), producer));
    cost += pulled;
    return Rows.ALL;
  }

  /** Which key of a query's halves a column of its rows is. */
  private Optional<Integer> halfKey(Query query, int position) {
    List<JsonNode> keys = regions.halfKeys(query);
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    Select select = (Select) query;
    for (int i = 0; i < keys.size(); i++) {
      if (Trees.same(keys.get(i), select.selected().path(position))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private double wholeScan() {
    // Whoever asks for distribution wants it even where one task would be cheaper.
    return mayCut && scheme.isSingle() && regions.workload.forced() ? Costs.SCAN * 50 : Costs.SCAN;
  }

  private Part relation(Relation relation) throws NotCuttable {
    if (relation instanceof Join join) {
      return join(join);
    }
    if (relation instanceof Derived derived) {
      Rows rows = inside(derived.query, Optional.of(derived));
      Set<ColumnName> keys = new HashSet<>();
      rows.keys().stream()
          .filter(position -> position < derived.columns.size())
          .forEach(p -> keys.add(new ColumnName(derived.alias, derived.columns.get(p))));
      return new Part(rows.shared(), keys);
    }
    if (relation instanceof Constant) {
      return Part.ALL;
    }
    return leaf((Named) relation);
  }

  private Part leaf(Named leaf) throws NotCuttable {
    if (inOrder && leaf instanceof CteScan scan && RowOrder.ordersRows(scan.cte.body)) {
      throw new NotCuttable("the order of its rows matters");
    }
    double rows = regions.estimates.rows(leaf);
    double read = leaf instanceof Scan ? wholeScan() : Costs.EXCHANGE;
    if (scheme.driving().isPresent() && scheme.driving().get() == leaf) {
      cost += rows * read / tasks;
      return Part.shared(Set.of());
    }
    String column = scheme.key().get(leaf);
    if (column == null || !scheme.divided().contains(leaf)) {
      cost += rows * read;
      return Part.ALL;
    }
    boolean exchange =
        scheme.kind() == Kind.BUCKETS
            && (leaf instanceof CteScan
                || regions.workload.buckets() > regions.workload.settings().rescanTasks());
    cost += rows * read / tasks;
    if (exchange) {
      cost += rows * Costs.EXCHANGE / tasks;
    } else if (scheme.kind() == Kind.BUCKETS) {
      cost += rows * Costs.RESCAN;
    }
    return Part.shared(Set.of(new ColumnName(leaf.alias, column)));
  }

  private Part join(Join join) throws NotCuttable {
    if (!scheme.isSingle() && RowOrder.looksUpFirstRows(join)) {
      throw new NotCuttable("it looks up the rows that come first");
    }
    boolean outer = inOrder;
    inOrder = outer || join.kind == JoinKind.POSITIONAL;
    Part left = relation(join.left);
    Part right = relation(join.right);
    inOrder = outer;
    cost +=
        regions.estimates.rows(join.left) * Costs.PROBE * share(left.shared())
            + regions.estimates.rows(join.right) * Costs.BUILD * share(right.shared());
    return JoinParts.of(join, left, right, scheme.isSingle());
  }
}

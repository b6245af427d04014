package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.exchange.ExchangeForm;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import io.duckherder.plan.Stage.Task;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Region.Cut;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Scheme.Kind;
import io.duckherder.plan.cut.StateAggregates.State;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes regions as stages. Each is prepared on the connection as it is written, over empty views
 * of what it reads, so that its columns have DuckDB's own types; the views are dropped at the end.
 */
final class StageWriter implements AutoCloseable {
  /** Above this a common table expression is kept in buckets, so that tasks can share it out. */
  static final double SHARED_CTE_ROWS = 50_000;

  private final Scratch scratch;
  private final Regions regions;
  private final Workload workload;
  private final RegionTrees trees;
  private final StateLineage lineage;
  private final List<Stage> stages = new ArrayList<>();
  private final Map<Cte, Produced> ctes = new IdentityHashMap<>();
  private Optional<CteKeys> cteKeys = Optional.empty();
  private int nextStage;

  /** How a stage's rows go on. */
  record Sink(boolean bucketed, List<Integer> columns) {
    static final Sink ALL = new Sink(false, List.of());
  }

  /**
   * @param hasStates whether DuckDB's own plan passes aggregate states on
   */
  StageWriter(
      Connection connection, Regions regions, StateAggregates aggregates, boolean hasStates) {
    this.scratch = new Scratch(connection);
    this.regions = regions;
    this.workload = regions.workload;
    this.trees = new RegionTrees(scratch, regions);
    this.lineage = new StateLineage(scratch, aggregates, hasStates, this::cte);
  }

  /** Has common table expressions divided as a region, and all that it reads, look for them. */
  void divideCtesFor(Region region) throws NotCuttable {
    cteKeys = Optional.of(CteKeys.of(region, regions));
  }

  Scratch scratch() {
    return scratch;
  }

  List<Stage> stages() {
    return stages;
  }

  /** Writes a region as a stage whose rows are kept for others. */
  Produced write(Region region, Sink sink, boolean keysOfHalf) throws NotCuttable {
    List<Stage.Input> inputs = new ArrayList<>();
    Map<JsonNode, JsonNode> replacements = replacements(region, inputs);
    ObjectNode sample = trees.body(region, replacements, 0);
    List<Integer> bucketColumns = new ArrayList<>(sink.columns());
    Halving halving = null;
    if (region.half()) {
      Select select = (Select) region.query();
      halving = halving(select, replacements);
      sample = halving.first(sample);
      if (keysOfHalf) {
        bucketColumns =
            new ArrayList<>(
                halving.keyColumns(
                    sink.columns().isEmpty()
                        ? Optional.empty()
                        : Optional.of(sink.columns().get(0))));
      }
    }
    List<Optional<State>> states = lineage.ofColumns(region.query(), sample, replacements);
    if (sink.bucketed() && bucketColumns.isEmpty()) {
      IntStream.range(0, states.size()).forEach(bucketColumns::add);
    }
    List<Task> tasks = new ArrayList<>();
    List<ResultColumn> kept = List.of();
    for (RegionTrees.TaskShare share : trees.shares(region)) {
      ObjectNode tree =
          share.number() == 0 ? sample : trees.body(region, replacements, share.number());
      if (halving != null && share.number() > 0) {
        tree = halving(((Select) region.query()), replacements).first(tree);
      }
      String sql = kept(tree, states, sink.bucketed() ? bucketColumns : List.of());
      if (kept.isEmpty()) {
        kept = requireCrossing(scratch.withLabels(sql, scratch.describe(sql)), sink.bucketed());
      }
      RegionTrees.addTasks(tasks, share, sql);
    }
    List<ResultColumn> all = kept;
    Produced produced =
        new Produced(
            nextStage++,
            kept,
            states,
            sink.bucketed()
                ? bucketColumns.stream().map(i -> all.get(i).type()).toList()
                : List.of());
    stages.add(
        new Stage(
            produced.stage(),
            Descriptions.of(region),
            inputs,
            tasks,
            produced.columns(),
            sink.bucketed(),
            regions.stability.isStable(region.query()),
            estimate(region)));
    scratch.add(produced);
    return produced;
  }

  /** Writes the stage whose rows go to the driver, under their own names. */
  Stage writeLast(Region region, boolean sorted) throws NotCuttable {
    List<Stage.Input> inputs = new ArrayList<>();
    Map<JsonNode, JsonNode> replacements = replacements(region, inputs);
    List<Task> tasks = new ArrayList<>();
    List<ResultColumn> columns = List.of();
    for (RegionTrees.TaskShare share : trees.shares(region)) {
      ObjectNode tree = trees.body(region, replacements, share.number());
      if (region.half()) {
        tree = halving((Select) region.query(), replacements).first(tree);
      }
      String sql = scratch.print(tree);
      if (columns.isEmpty()) {
        columns = scratch.describe(sql);
      }
      RegionTrees.addTasks(tasks, share, sql);
    }
    Stage stage =
        new Stage(
            nextStage++,
            Descriptions.of(region) + (sorted ? ", sorted" : ""),
            inputs,
            tasks,
            columns,
            false,
            true,
            estimate(region));
    stages.add(stage);
    return stage;
  }

  private OptionalLong estimate(Region region) {
    return OptionalLong.of((long) regions.estimates.rows(region.query()));
  }

  /** The SQL of a region that reads what was produced and nothing else. */
  String combination(Region region, Produced produced) throws NotCuttable {
    Map<JsonNode, JsonNode> replacements = new IdentityHashMap<>();
    Cut cut = region.cuts().get(0);
    replacements.put(cut.target(), replacement(cut, produced));
    return scratch.print(trees.body(region, replacements, 0));
  }

  /** Writes the stage of a cut. */
  Produced write(Cut cut) throws NotCuttable {
    List<Integer> key = cut.bucketKey().map(List::of).orElse(List.of());
    return write(
        cut.producer(),
        new Sink(cut.bucketed(), key),
        cut.form() == Cut.Form.FINISHED && cut.bucketed());
  }

  private Map<JsonNode, JsonNode> replacements(Region region, List<Stage.Input> inputs)
      throws NotCuttable {
    Map<JsonNode, JsonNode> replacements = new IdentityHashMap<>();
    List<List<String>> bucketTypes = new ArrayList<>();
    for (Cut cut : region.cuts()) {
      Produced produced = write(cut);
      if (cut.bucketed()) {
        bucketTypes.add(produced.bucketTypes());
      }
      addInput(inputs, produced.input(cut.bucketed()));
      replacements.put(cut.target(), replacement(cut, produced));
    }
    for (Named leaf : RegionTrees.readLeaves(region)) {
      if (leaf instanceof CteScan scan) {
        Produced produced = cte(scan.cte);
        boolean shared = region.scheme().driving().orElse(null) == leaf;
        if (shared || !region.scheme().divided().contains(leaf)) {
          addInput(inputs, produced.input(shared));
          replacements.put(
              leaf.node, scratch.derived(produced.select(shared), leaf.alias, leaf.columns));
        }
      }
      exchange(region, leaf, inputs, bucketTypes)
          .ifPresent(node -> replacements.put(leaf.node, node));
      if (region.scheme().kind() == Kind.BUCKETS
          && region.scheme().divided().contains(leaf)
          && leaf instanceof Scan scan
          && !replacements.containsKey(leaf.node)) {
        bucketTypes.add(List.of(keyType(region.scheme(), scan)));
      }
    }
    if (bucketTypes.stream().distinct().count() > 1) {
      // Equal values of different types may have different hashes.
      throw new NotCuttable("its keys have different types");
    }
    return replacements;
  }

  private String keyType(Scheme scheme, Scan scan) {
    int position = scan.columns.indexOf(scheme.key().getOrDefault(scan, ""));
    return scratch.describe("SELECT * FROM " + scan.table.sql()).get(position).type();
  }

  private static void addInput(List<Stage.Input> inputs, Stage.Input input) {
    if (!inputs.contains(input)) {
      inputs.add(input);
    }
  }

  /** Brings a table's or a common table expression's rows together by their key. */
  private Optional<JsonNode> exchange(
      Region region, Named leaf, List<Stage.Input> inputs, List<List<String>> bucketTypes)
      throws NotCuttable {
    Scheme scheme = region.scheme();
    boolean exchanged =
        scheme.kind() == Kind.BUCKETS
            && scheme.divided().contains(leaf)
            && (leaf instanceof CteScan || workload.buckets() > workload.settings().rescanTasks());
    if (!exchanged) {
      return Optional.empty();
    }
    List<String> needed = RegionTrees.needed(region.query(), leaf);
    String key = Objects.requireNonNull(scheme.key().get(leaf));
    if (leaf instanceof CteScan scan) {
      Optional<JsonNode> inPlace = inPlace(scan, key, inputs, bucketTypes);
      if (inPlace.isPresent()) {
        return inPlace;
      }
    }
    if (!needed.contains(key)) {
      needed.add(key);
    }
    ObjectNode select =
        scratch.select(
            "SELECT %s FROM t"
                .formatted(
                    needed.stream()
                        .map(c -> SqlText.identifier(leaf.alias) + "." + SqlText.identifier(c))
                        .collect(Collectors.joining(", "))));
    select.set("from_table", leaf.node);
    Select query =
        new Select(
            select,
            List.of(),
            leaf,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Region producer = new Region(query, false, Scheme.rows(leaf), List.of(), 0, List.of());
    Produced produced = write(producer, new Sink(true, List.of(needed.indexOf(key))), false);
    addInput(inputs, produced.input(true));
    bucketTypes.add(produced.bucketTypes());
    return Optional.of(scratch.derived(produced.select(true), leaf.alias, needed));
  }

  /**
   * The share of a common table expression's rows that its stage gives as it is: their bucket if it
   * divides them by the key, or, of the few rows that every task reads, those of the bucket.
   */
  private Optional<JsonNode> inPlace(
      CteScan leaf, String key, List<Stage.Input> inputs, List<List<String>> bucketTypes)
      throws NotCuttable {
    int position = leaf.columns.indexOf(key);
    Produced produced = cte(leaf.cte);
    boolean shared = isShared(leaf.cte);
    if (shared && !divisors(leaf.cte).equals(List.of(position))) {
      return Optional.empty();
    }
    addInput(inputs, produced.input(shared));
    bucketTypes.add(List.of(produced.columns().get(position).type()));
    String sql = produced.select(shared);
    if (!shared) {
      sql =
          "SELECT * FROM (%s) AS q(%s) WHERE %s = %s"
              .formatted(
                  sql,
                  String.join(", ", produced.names()),
                  workload.bucketOf("q.c" + position),
                  Fragment.value(Fragment.BUCKET));
    }
    return Optional.of(scratch.derived(sql, leaf.alias, leaf.columns));
  }

  private List<Integer> divisors(Cte cte) {
    return cteKeys.map(keys -> keys.of(cte)).orElse(List.of());
  }

  private Produced cte(Cte cte) throws NotCuttable {
    Produced known = ctes.get(cte);
    if (known == null) {
      Sink sink = new Sink(isShared(cte), divisors(cte));
      known = write(regions.best(cte.body, false), sink, false);
      ctes.put(cte, known);
    }
    return known;
  }

  /** Whether tasks may share out the rows of a common table expression. */
  private boolean isShared(Cte cte) {
    return regions.estimates.rows(cte.body) > SHARED_CTE_ROWS;
  }

  private JsonNode replacement(Cut cut, Produced produced) throws NotCuttable {
    if (cut.form() == Cut.Form.COMPLETE) {
      return scratch.select(produced.select(cut.bucketed()));
    }
    Select select = (Select) cut.query();
    JsonNode source =
        scratch.select("SELECT 1 FROM " + produced.from(cut.bucketed())).path("from_table");
    Halving halving = finishing(select);
    return halving.second(source, produced.names());
  }

  /** A second half knows the columns of the first from having written it on nothing. */
  private Halving finishing(Select select) throws NotCuttable {
    Half form = regions.half(select);
    List<Optional<State>> states = form == Half.STATES ? lineage.known(select) : List.of();
    Halving halving = new Halving(scratch.connection(), select, form, states);
    halving.first(scratch.select("SELECT 1"));
    return halving;
  }

  private Halving halving(Select select, Map<JsonNode, JsonNode> replacements) throws NotCuttable {
    Half form = regions.half(select);
    List<Optional<State>> states =
        form == Half.STATES ? lineage.ofCalls(select, replacements) : List.of();
    return new Halving(scratch.connection(), select, form, states);
  }

  /** The rows of a query as they are kept: c0, c1, and so on, states as values, and the bucket. */
  private String kept(ObjectNode tree, List<Optional<State>> states, List<Integer> bucketColumns) {
    List<String> selected = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      String column = "r.c" + i;
      selected.add(
          states
                  .get(i)
                  .map(
                      state ->
                          state.isResult()
                              ? SqlText.call("finalize", column)
                              : "CAST(%s AS %s)".formatted(column, state.type()))
                  .orElse(column)
              + " AS c"
              + i);
    }
    if (!bucketColumns.isEmpty()) {
      selected.add(
          "CAST(%s AS UTINYINT) AS %s"
              .formatted(
                  workload.bucketOf(
                      bucketColumns.stream().map(i -> "r.c" + i).collect(Collectors.joining(", "))),
                  Fragment.BUCKET));
    }
    ObjectNode outer =
        scratch.select(
            "SELECT %s FROM (SELECT 1) AS r(%s)"
                .formatted(
                    String.join(", ", selected),
                    IntStream.range(0, states.size())
                        .mapToObj(i -> "c" + i)
                        .collect(Collectors.joining(", "))));
    ((ObjectNode) outer.path("from_table").path("subquery")).set("node", tree);
    return scratch.print(outer);
  }

  private static List<ResultColumn> requireCrossing(List<ResultColumn> columns, boolean bucketed)
      throws NotCuttable {
    List<ResultColumn> kept = bucketed ? columns.subList(0, columns.size() - 1) : columns;
    for (ResultColumn column : kept) {
      if (!ExchangeForm.supports(DuckDBType.parse(column.type()))) {
        throw new NotCuttable("rows of type " + column.type() + " stay where they are");
      }
    }
    return List.copyOf(kept);
  }

  @Override
  public void close() {
    scratch.close();
  }
}

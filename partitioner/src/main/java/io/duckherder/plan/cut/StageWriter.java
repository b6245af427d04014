package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.exchange.ExchangeForm;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.SqlTree;
import io.duckherder.plan.Stage;
import io.duckherder.plan.Stage.Task;
import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Region.Cut;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import io.duckherder.plan.cut.Scheme.Kind;
import io.duckherder.plan.cut.StateAggregates.State;
import io.duckherder.plan.cut.Trees.ColumnName;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes regions as stages. Each is prepared on the connection as it is written, over empty views
 * of what it reads, so that its columns have DuckDB's own types; the views are dropped at the end.
 */
final class StageWriter implements AutoCloseable {
  /** Above this a common table expression is kept in buckets, so that tasks can share it out. */
  static final double SHARED_CTE_ROWS = 50_000;

  private static final String STATE_TYPE = "AGGREGATE_STATE";

  private final Connection connection;
  private final Regions regions;
  private final Workload workload;
  private final StateAggregates aggregates;
  private final boolean hasStates;
  private final List<Stage> stages = new ArrayList<>();
  private final Map<Cte, Produced> ctes = new IdentityHashMap<>();
  private final Map<JsonNode, State> callStates = new IdentityHashMap<>();
  private final Map<Select, Map<JsonNode, List<String>>> argumentTypes = new IdentityHashMap<>();
  private int nextStage;

  /** A region's query with its inputs in place, and what its tasks differ in. */
  private record Body(ObjectNode tree, List<Stage.Input> inputs) {}

  /** How a stage's rows go on. */
  record Sink(boolean bucketed, List<Integer> columns) {
    static final Sink ALL = new Sink(false, List.of());
  }

  /**
   * @param hasStates whether DuckDB's own plan passes aggregate states on
   */
  StageWriter(
      Connection connection, Regions regions, StateAggregates aggregates, boolean hasStates) {
    this.hasStates = hasStates;
    this.connection = connection;
    this.regions = regions;
    this.workload = regions.workload;
    this.aggregates = aggregates;
  }

  List<Stage> stages() {
    return stages;
  }

  /** Writes a region as a stage whose rows are kept for others. */
  Produced write(Region region, Sink sink, boolean keysOfHalf) throws NotCuttable {
    List<Stage.Input> inputs = new ArrayList<>();
    Map<JsonNode, JsonNode> replacements = replacements(region, inputs);
    ObjectNode sample = body(region, replacements, 0);
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
    List<Optional<State>> states = states(region, sample, replacements);
    if (sink.bucketed() && bucketColumns.isEmpty()) {
      IntStream.range(0, states.size()).forEach(bucketColumns::add);
    }
    List<Task> tasks = new ArrayList<>();
    List<ResultColumn> kept = List.of();
    for (TaskShare share : shares(region)) {
      ObjectNode tree = share.number() == 0 ? sample : body(region, replacements, share.number());
      if (halving != null && share.number() > 0) {
        tree = halving(((Select) region.query()), replacements).first(tree);
      }
      String sql = kept(tree, states, sink.bucketed() ? bucketColumns : List.of());
      if (kept.isEmpty()) {
        kept = requireCrossing(withLabels(sql, describe(sql)), sink.bucketed());
      }
      addTasks(tasks, share, sql);
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
            estimate(region)));
    execute(produced.emptyView(false));
    execute(produced.emptyView(true));
    return produced;
  }

  /** Writes the stage whose rows go to the driver, under their own names. */
  Stage writeLast(Region region, boolean sorted) throws NotCuttable {
    List<Stage.Input> inputs = new ArrayList<>();
    Map<JsonNode, JsonNode> replacements = replacements(region, inputs);
    List<Task> tasks = new ArrayList<>();
    List<ResultColumn> columns = List.of();
    for (TaskShare share : shares(region)) {
      ObjectNode tree = body(region, replacements, share.number());
      if (region.half()) {
        tree = halving((Select) region.query(), replacements).first(tree);
      }
      String sql = print(tree);
      if (columns.isEmpty()) {
        columns = describe(sql);
      }
      addTasks(tasks, share, sql);
    }
    Stage stage =
        new Stage(
            nextStage++,
            Descriptions.of(region) + (sorted ? ", sorted" : ""),
            inputs,
            tasks,
            columns,
            false,
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
    return print(body(region, replacements, 0));
  }

  /** Writes the stage of a cut. */
  Produced write(Cut cut) throws NotCuttable {
    List<Integer> key = cut.bucketKey().map(List::of).orElse(List.of());
    return write(
        cut.producer(),
        new Sink(cut.bucketed(), key),
        cut.form() == Cut.Form.FINISHED && cut.bucketed());
  }

  // ---- inputs

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
    for (Named leaf : readLeaves(region)) {
      if (leaf instanceof CteScan scan) {
        Produced produced = cte(scan.cte);
        boolean shared = region.scheme().driving().orElse(null) == leaf;
        if (shared || !region.scheme().divided().contains(leaf)) {
          addInput(inputs, produced.input(shared));
          replacements.put(leaf.node, derived(produced.select(shared), leaf.alias, leaf.columns));
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
    return describe("SELECT * FROM " + scan.table.sql()).get(position).type();
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
    List<String> needed = needed(region.query(), leaf);
    String key = scheme.key().get(leaf);
    if (!needed.contains(key)) {
      needed.add(key);
    }
    ObjectNode select =
        Trees.select(
            connection,
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
    boolean whole = leaf instanceof CteScan scan && !isShared(scan.cte);
    Region producer =
        new Region(
            query, false, whole ? Scheme.single() : Scheme.rows(leaf), List.of(), 0, List.of());
    Produced produced = write(producer, new Sink(true, List.of(needed.indexOf(key))), false);
    addInput(inputs, produced.input(true));
    bucketTypes.add(produced.bucketTypes());
    return Optional.of(derived(produced.select(true), leaf.alias, needed));
  }

  private Produced cte(Cte cte) throws NotCuttable {
    Produced known = ctes.get(cte);
    if (known == null) {
      Sink sink = new Sink(isShared(cte), List.of());
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
      return Trees.select(connection, produced.select(cut.bucketed()));
    }
    Select select = (Select) cut.query();
    JsonNode source =
        Trees.select(connection, "SELECT 1 FROM " + produced.from(cut.bucketed()))
            .path("from_table");
    Halving halving = finishing(select, produced);
    return halving.second(source, produced.names());
  }

  /** A second half knows the columns of the first from having written it on nothing. */
  private Halving finishing(Select select, Produced produced) throws NotCuttable {
    List<Optional<State>> states = new ArrayList<>();
    if (regions.half(select) == Half.STATES) {
      for (JsonNode call : select.grouping.orElseThrow().aggregates()) {
        states.add(Optional.ofNullable(callStates.get(call)));
      }
    }
    Halving halving = new Halving(connection, select, regions.half(select), states);
    halving.first(Trees.select(connection, "SELECT 1"));
    return halving;
  }

  private Halving halving(Select select, Map<JsonNode, JsonNode> replacements) throws NotCuttable {
    Half form = regions.half(select);
    List<Optional<State>> states = new ArrayList<>();
    if (form == Half.STATES) {
      for (JsonNode call : select.grouping.orElseThrow().aggregates()) {
        boolean own = StateAggregates.ownState(call);
        if (own && !call.path("export_state").asBoolean()) {
          states.add(Optional.empty());
          continue;
        }
        // Known here only: whoever reads the second half's states later asks for it again.
        State state = state(select, call, replacements);
        states.add(own ? Optional.empty() : Optional.of(state));
      }
    }
    return new Halving(connection, select, form, states);
  }

  // ---- aggregate states

  /** What the columns of a region's rows are states of, where they are any. */
  private List<Optional<State>> states(
      Region region, ObjectNode tree, Map<JsonNode, JsonNode> replacements) throws NotCuttable {
    List<Optional<State>> states = new ArrayList<>();
    if (!hasStates && tree.path("type").asText().equals("SELECT_NODE")) {
      tree.path("select_list").forEach(column -> states.add(Optional.empty()));
      return states;
    }
    List<ResultColumn> columns = describe(print(tree));
    for (int i = 0; i < columns.size(); i++) {
      states.add(
          columns.get(i).type().equals(STATE_TYPE)
              ? Optional.of(outputState(region, i, replacements))
              : Optional.empty());
    }
    return states;
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
              .state(connection, Half.name(call), argumentTypes(select, call, replacements))
              .orElseThrow(() -> new StateUnknown(select, Half.name(call)));
    }
    callStates.put(call, state);
    return state;
  }

  /** The state in a column of a region's rows. */
  private State outputState(Region region, int position, Map<JsonNode, JsonNode> replacements)
      throws NotCuttable {
    return stateOf(region.query(), position, replacements);
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
      return cte(scan.cte)
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
        selected.isEmpty() ? List.of() : describe(print(cleared(tree.deepCopy(), select)));
    Map<JsonNode, List<String>> types = new IdentityHashMap<>();
    int next = 0;
    for (JsonNode call : calls) {
      int end = next + call.path("arguments").size();
      types.put(call, columns.subList(next, end).stream().map(ResultColumn::type).toList());
      next = end;
    }
    return types;
  }

  // ---- tasks

  /** What one task, or all alike, read of what is divided. */
  private record TaskShare(int number, List<RowRange> ranges, int buckets) {}

  private List<TaskShare> shares(Region region) {
    Scheme scheme = region.scheme();
    return switch (scheme.kind()) {
      case SINGLE -> List.of(new TaskShare(0, List.of(), 0));
      case ROWS ->
          scheme.driving().orElseThrow() instanceof Scan scan
              ? List.of(new TaskShare(0, regions.ranges.of(scan, region.query()), 0))
              : List.of(new TaskShare(0, List.of(), workload.buckets()));
      case BUCKETS, EXCHANGE -> List.of(new TaskShare(0, List.of(), workload.buckets()));
      case RANGES ->
          IntStream.rangeClosed(0, boundaries(scheme).size())
              .mapToObj(i -> new TaskShare(i, List.of(), 0))
              .toList();
    };
  }

  private static void addTasks(List<Task> tasks, TaskShare share, String sql) {
    for (RowRange range : share.ranges()) {
      tasks.add(new Task(sql, Optional.of(range), OptionalInt.empty(), false));
    }
    for (int bucket = 0; bucket < share.buckets(); bucket++) {
      tasks.add(new Task(sql, Optional.empty(), OptionalInt.of(bucket), false));
    }
    if (share.ranges().isEmpty() && share.buckets() == 0) {
      tasks.add(new Task(sql, Optional.empty(), OptionalInt.empty(), false));
    }
  }

  private List<Long> boundaries(Scheme scheme) {
    Scan leader = scheme.leader().orElseThrow();
    int column = leader.columns.indexOf(scheme.key().get(leader));
    return regions.clustering.boundaries(leader.table, column, workload.ranges()).orElseThrow();
  }

  private ObjectNode body(Region region, Map<JsonNode, JsonNode> replacements, int task) {
    Map<JsonNode, JsonNode> all = new IdentityHashMap<>(replacements);
    for (Named leaf : readLeaves(region)) {
      if (leaf instanceof Scan scan && !all.containsKey(scan.node)) {
        condition(region.scheme(), scan, task)
            .ifPresent(condition -> all.put(scan.node, divided(region, scan, condition)));
      }
    }
    return cleared((ObjectNode) Trees.copy(region.query().node, all), region.query());
  }

  /** A query whose common table expressions are stages has none of its own. */
  private static ObjectNode cleared(ObjectNode copy, Query query) {
    if (query instanceof Query.Opaque) {
      return copy;
    }
    clear(copy);
    return copy;
  }

  private static void clear(JsonNode node) {
    if (node.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
      return;
    }
    JsonNode map = node.path("cte_map").path("map");
    if (map instanceof ArrayNode entries) {
      boolean recursive = false;
      for (JsonNode entry : entries) {
        recursive |= entry.toString().contains("RECURSIVE_CTE_NODE");
      }
      if (recursive) {
        return;
      }
      entries.removeAll();
    }
    node.forEach(StageWriter::clear);
  }

  private Optional<String> condition(Scheme scheme, Scan scan, int task) {
    if (scheme.driving().orElse(null) == scan) {
      return Optional.of(
          "%1$s.rowid >= getvariable('%2$s') AND %1$s.rowid < getvariable('%3$s')"
              .formatted(SqlText.identifier(scan.alias), Fragment.FIRST_ROW, Fragment.END_ROW));
    }
    if (!scheme.divided().contains(scan)) {
      return Optional.empty();
    }
    String key =
        SqlText.identifier(scan.alias)
            + "."
            + SqlText.identifier(scheme.key().getOrDefault(scan, ""));
    if (scheme.kind() == Kind.BUCKETS) {
      return Optional.of(
          "hash(%s) %% %d = getvariable('%s')".formatted(key, workload.buckets(), Fragment.BUCKET));
    }
    List<Long> boundaries = boundaries(scheme);
    List<String> parts = new ArrayList<>();
    if (task > 0) {
      parts.add(key + " >= " + boundaries.get(task - 1));
    }
    if (task < boundaries.size()) {
      parts.add(key + " < " + boundaries.get(task));
    }
    String range = String.join(" AND ", parts);
    return Optional.of(task == 0 ? "(" + range + " OR " + key + " IS NULL)" : range);
  }

  /** A table limited to a task's share, in the place of the table. */
  private JsonNode divided(Region region, Scan scan, String condition) {
    List<String> needed = needed(region.query(), scan);
    String alias = SqlText.identifier(scan.alias);
    String inner =
        "SELECT %s FROM %s AS %s(%s) WHERE %s"
            .formatted(
                needed.stream()
                    .map(c -> alias + "." + SqlText.identifier(c))
                    .collect(Collectors.joining(", ")),
                scan.table.sql(),
                alias,
                scan.columns.stream().map(SqlText::identifier).collect(Collectors.joining(", ")),
                condition);
    return derived(inner, scan.alias, needed);
  }

  private List<String> needed(Query query, Named leaf) {
    List<String> needed = new ArrayList<>();
    Set<ColumnName> used = Trees.columns(query.node);
    for (ColumnName column : used) {
      if (column.alias().equals(leaf.alias)) {
        needed.add(column.column());
      }
    }
    if (needed.isEmpty()) {
      needed.add(leaf.columns.get(0));
    }
    return needed;
  }

  private JsonNode derived(String sql, String alias, List<String> columns) {
    return Trees.select(
            connection,
            "SELECT 1 FROM (%s) AS %s(%s)"
                .formatted(
                    sql,
                    SqlText.identifier(alias),
                    columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "))))
        .path("from_table");
  }

  /** The leaves of a region that it reads itself: those under a cut are read elsewhere. */
  static List<Named> readLeaves(Region region) {
    Map<JsonNode, JsonNode> cut = new IdentityHashMap<>();
    region.cuts().forEach(c -> cut.put(c.target(), c.target()));
    return Walk.leaves(region.query(), query -> !cut.containsKey(query.node));
  }

  // ---- text and types

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
                              ? "finalize(" + column + ")"
                              : "CAST(%s AS %s)".formatted(column, state.type()))
                  .orElse(column)
              + " AS c"
              + i);
    }
    if (!bucketColumns.isEmpty()) {
      selected.add(
          "CAST(hash(%s) %% %d AS UTINYINT) AS %s"
              .formatted(
                  bucketColumns.stream().map(i -> "r.c" + i).collect(Collectors.joining(", ")),
                  workload.buckets(),
                  Fragment.BUCKET));
    }
    ObjectNode outer =
        Trees.select(
            connection,
            "SELECT %s FROM (SELECT 1) AS r(%s)"
                .formatted(
                    String.join(", ", selected),
                    IntStream.range(0, states.size())
                        .mapToObj(i -> "c" + i)
                        .collect(Collectors.joining(", "))));
    ((ObjectNode) outer.path("from_table").path("subquery")).set("node", tree);
    return print(outer);
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

  private String print(JsonNode query) {
    return SqlTree.print(connection, Trees.statement(connection, query));
  }

  List<ResultColumn> describe(String sql) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ResultSetMetaData metadata = statement.getMetaData();
      List<ResultColumn> columns = new ArrayList<>();
      for (int i = 1; metadata != null && i <= metadata.getColumnCount(); i++) {
        columns.add(new ResultColumn(metadata.getColumnName(i), metadata.getColumnTypeName(i)));
      }
      return columns;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Columns with the labels of enumerations, which the driver leaves out of their types. */
  private List<ResultColumn> withLabels(String sql, List<ResultColumn> columns) {
    if (columns.stream().noneMatch(column -> column.type().contains("ENUM"))) {
      return columns;
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("DESCRIBE " + sql)) {
      List<ResultColumn> described = new ArrayList<>();
      while (result.next()) {
        described.add(
            new ResultColumn(result.getString("column_name"), result.getString("column_type")));
      }
      return described;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  @Override
  public void close() {
    for (int stage = 0; stage < nextStage; stage++) {
      execute("DROP VIEW IF EXISTS temp.main." + Produced.name(stage, false));
      execute("DROP VIEW IF EXISTS temp.main." + Produced.name(stage, true));
    }
  }
}

package io.duckherder.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.layout.LayoutCache;
import io.duckherder.layout.PartitionCutter;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.layout.RowRange;
import io.duckherder.layout.TableLayout;
import io.duckherder.layout.TableName;
import io.duckherder.plan.cut.QueryCutter;
import io.duckherder.session.AnswerSetting;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.snapshot.SnapshotCache;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cuts reads into fragments. A scan with filters and projections becomes one fragment per range of
 * its table; everything else is one fragment that runs whole.
 *
 * <p>Safe for use by many threads; the connections, which must be on the snapshot and in the
 * session that the caller names, are not.
 */
public final class ReadPlanner {
  private static final String RANGE =
      "SELECT 1 FROM t AS %%1$s WHERE %%1$s.rowid >= %s AND %%1$s.rowid < %s"
          .formatted(Fragment.value(Fragment.FIRST_ROW), Fragment.value(Fragment.END_ROW));

  private static final int MOST_RELATIONS = 1_000;

  private final LayoutCache layouts = new LayoutCache();
  private final SnapshotCache<RelationKey, ReadRelation> relations =
      new SnapshotCache<>(MOST_RELATIONS);
  private final QueryCutter cutter = new QueryCutter();
  private volatile @Nullable RowFunctions functions;

  /** Plans a client's query. */
  public ReadPlan planQuery(
      Connection connection,
      Snapshot snapshot,
      SessionSettings settings,
      PartitionTarget target,
      String queryId,
      String sql) {
    Base base = new Base(connection, snapshot, settings, target, queryId);
    List<ResultColumn> columns = columns(connection, sql);
    Optional<OptimizedPlan> optimized = OptimizedPlan.of(connection, sql);
    if (optimized.isEmpty()) {
      return whole(base, sql, columns, "DuckDB does not print its plan");
    }
    ObjectNode tree = optimized.get().tree();
    ScanTree.Match match = ScanTree.match(SqlTree.root(tree), functions(connection));
    if (match.scan().isEmpty()) {
      return divided(base, columns, tree)
          .orElseGet(() -> whole(base, sql, columns, match.otherwise()));
    }
    ScanTree scan = match.scan().get();
    DatabaseVersion file = snapshot.databases().get(scan.tableName().database());
    if (file == null) {
      return whole(base, sql, columns, "its table is not in a database of the cluster");
    }
    Cut cut = cut(base, scan, file);
    scan.restrict(rangeCondition(connection, scan.alias()));
    String fragment = SqlTree.print(connection, tree);
    if (!columns(connection, fragment).equals(columns)) {
      return whole(base, sql, columns, "DuckDB's plan has other columns than the query");
    }
    return scanPlan(base, fragment, columns, cut, false);
  }

  /** Plans a connector's read. */
  public ReadPlan plan(
      Connection connection, Snapshot snapshot, String queryId, ReadRequest request) {
    return new RequestPlanner(this, connection, snapshot, queryId, request).plan();
  }

  /**
   * Cuts a scan of a table.
   *
   * @param sql it for all rows
   * @param table the table
   * @param filter its filter as it was written, for where DuckDB's plan is more than a scan
   * @param fragment it for a range of rows
   * @param named whether the table, and no view of it, was asked for
   */
  ReadPlan planScan(
      Base base,
      String sql,
      TableName table,
      Optional<String> filter,
      String fragment,
      boolean named) {
    DatabaseVersion file =
        Objects.requireNonNull(base.snapshot().databases().get(table.database()));
    Cut cut =
        optimizedScan(base.connection(), sql)
            .map(scan -> cut(base, scan, file))
            .orElseGet(() -> cut(base, table, filter, file));
    return scanPlan(base, fragment, columns(base.connection(), sql), cut, named);
  }

  /**
   * Text is left out: what it is compared by is not in the filter as it was written, and statistics
   * know one order.
   */
  private Cut cut(Base base, TableName table, Optional<String> filter, DatabaseVersion file) {
    TableLayout layout = layouts.layout(base.connection(), file, table);
    List<ResultColumn> columns = columns(base.connection(), "SELECT * FROM " + table.sql());
    BitSet all = new BitSet(layout.rowGroups());
    all.set(0, layout.rowGroups());
    String sql =
        "SELECT true FROM %s AS t(%s) WHERE (%s)"
            .formatted(
                table.sql(),
                columns.stream()
                    .map(column -> SqlText.identifier(column.name()))
                    .collect(Collectors.joining(", ")),
                filter.orElse("true"));
    List<String> names =
        columns.stream()
            .map(column -> column.type().equals("VARCHAR") ? "" : column.name())
            .toList();
    return cut(
        base,
        layout,
        ScanTree.match(
                SqlTree.root(SqlTree.parse(base.connection(), sql)), functions(base.connection()))
            .scan()
            .map(scan -> ZoneFilter.matching(base.connection(), scan, layout, names))
            .orElse(all));
  }

  TableLayout layout(Connection connection, DatabaseVersion file, TableName table) {
    return layouts.layout(connection, file, table);
  }

  /** What a request reads from, which is the same for all requests to a snapshot. */
  ReadRelation relation(Connection connection, Snapshot snapshot, ReadRequest request) {
    return relations.get(
        new RelationKey(snapshot, request.settings(), request.relation()),
        () -> {
          NamedRelation from = NamedRelation.of(connection, request.relation());
          String all = "SELECT * FROM " + from.sql();
          return new ReadRelation(
              from,
              columns(connection, all),
              from.path().isEmpty() ? Optional.empty() : plainTable(connection, all));
        });
  }

  /** The table of a query that reads it as it is: of a view that looks like it too. */
  private Optional<TableName> plainTable(Connection connection, String sql) {
    return optimizedScan(connection, sql)
        .filter(
            scan ->
                scan.selectsItsTable(
                    columns(connection, "SELECT * FROM " + scan.tableName().sql()).stream()
                        .map(ResultColumn::name)
                        .toList()))
        .map(ScanTree::tableName);
  }

  private record RelationKey(
      Snapshot snapshot, SessionSettings settings, ReadRequest.Relation relation) {}

  /**
   * Plans a client's query in stages.
   *
   * @param workers live workers, at least 1
   * @param slots their threads together
   */
  public QueryPlan planStages(
      Connection connection,
      Snapshot snapshot,
      SessionSettings session,
      ExecutionSettings settings,
      int workers,
      int slots,
      String sql) {
    PartitionTarget target =
        PartitionTarget.forSlots(slots)
            .withRows(PartitionTarget.ROW_GROUP_ROWS, settings.partitionRows());
    Base base = new Base(connection, snapshot, session, target, "");
    List<ResultColumn> columns = columns(connection, sql);
    if (settings.mode() == ExecutionSettings.Mode.SINGLE) {
      return QueryPlan.whole(
          sql, columns, "duckherder_execution is 'single'", OptionalLong.empty());
    }
    Optional<OptimizedPlan> optimized = OptimizedPlan.of(connection, sql);
    if (optimized.isEmpty()) {
      return QueryPlan.whole(sql, columns, "DuckDB does not print its plan", OptionalLong.empty());
    }
    ObjectNode tree = optimized.get().tree();
    Optional<QueryPlan> scan = scanPlan(base, columns, tree, settings, workers);
    if (scan.isPresent()) {
      return scan.get();
    }
    if (hasCollation(session)) {
      // The plan's text has it in its expressions, and would be given it once more.
      return QueryPlan.whole(
          sql, columns, "the session has a default collation", OptionalLong.empty());
    }
    QueryCutter.Result cut =
        cutter.cut(
            connection,
            SqlTree.root(tree),
            columns,
            new SnapshotTables(base, layouts),
            settings,
            workers,
            slots);
    return cut.assembly().isPresent()
        ? new QueryPlan(
            columns, cut.stages(), cut.assembly().get(), Optional.empty(), cut.rows(), 0)
        : QueryPlan.whole(sql, columns, cut.otherwise(), cut.rows());
  }

  /** A plan of one stage of ordered tasks, if the query only filters and projects a table. */
  private Optional<QueryPlan> scanPlan(
      Base base,
      List<ResultColumn> columns,
      ObjectNode tree,
      ExecutionSettings settings,
      int workers) {
    ObjectNode copy = tree.deepCopy();
    Optional<ScanTree> scan =
        ScanTree.match(SqlTree.root(copy), functions(base.connection())).scan();
    DatabaseVersion file =
        scan.map(found -> base.snapshot().databases().get(found.tableName().database()))
            .orElse(null);
    if (scan.isEmpty() || file == null) {
      return Optional.empty();
    }
    Cut cut = cut(base, scan.get(), file);
    boolean small =
        settings.mode() == ExecutionSettings.Mode.AUTO && cut.rows() < settings.minimumRows();
    if (small) {
      return Optional.empty();
    }
    scan.get().restrict(rangeCondition(base.connection(), scan.get().alias()));
    String fragment = SqlTree.print(base.connection(), copy);
    if (!columns(base.connection(), fragment).equals(columns)) {
      return Optional.empty();
    }
    List<Stage.Task> tasks =
        cut.ranges().stream()
            .map(range -> new Stage.Task(fragment, Optional.of(range), OptionalInt.empty(), true))
            .toList();
    Stage stage =
        new Stage(
            0,
            "scan by rows of " + scan.get().tableName().table(),
            List.of(),
            tasks,
            columns,
            false,
            true);
    return Optional.of(
        new QueryPlan(
            columns,
            List.of(stage),
            ResultAssembly.Concatenation.ALL,
            Optional.empty(),
            OptionalLong.of(cut.rows()),
            cut.pruning().partitions()));
  }

  /** The tables of a snapshot, as the cutter asks for them. */
  private record SnapshotTables(Base base, LayoutCache layouts) implements QueryCutter.Tables {
    @Override
    public Set<String> databases() {
      return base.snapshot().databases().keySet();
    }

    @Override
    public TableLayout layout(TableName table) {
      return layouts.layout(base.connection(), file(table), table);
    }

    @Override
    public Object identity(TableName table) {
      return file(table);
    }

    @Override
    public List<RowRange> ranges(TableName table, long mostRows) {
      TableLayout layout = layout(table);
      // As many for each slot, so that all end at about the same time; and few, since each task
      // builds anew whatever all of them join with.
      long slots = base.target().slots();
      long most = Math.min(mostRows, 1L << 40);
      long each = Math.max(1, (layout.totalRows() + slots * most - 1) / (slots * most));
      long count = slots * each;
      boolean fits =
          count <= layout.rowGroups() && layout.totalRows() / count >= base.target().minimumRows();
      return PartitionCutter.cut(
          layout, fits ? base.target().withPartitions((int) count) : base.target());
    }

    private DatabaseVersion file(TableName table) {
      return Objects.requireNonNull(base.snapshot().databases().get(table.database()));
    }
  }

  record Base(
      Connection connection,
      Snapshot snapshot,
      SessionSettings settings,
      PartitionTarget target,
      String queryId) {}

  /**
   * @param rows those of the table
   * @param matching those of row groups that may match
   */
  private record Cut(
      List<RowRange> ranges, long rows, long matching, ReadSummary.Pruning pruning) {}

  private Cut cut(Base base, ScanTree scan, DatabaseVersion file) {
    TableName table = scan.tableName();
    TableLayout layout = layouts.layout(base.connection(), file, table);
    List<String> names =
        columns(base.connection(), "SELECT * FROM " + table.sql()).stream()
            .map(ResultColumn::name)
            .toList();
    return cut(base, layout, ZoneFilter.matching(base.connection(), scan, layout, names));
  }

  private static Cut cut(Base base, TableLayout layout, BitSet matching) {
    List<RowRange> ranges = PartitionCutter.cut(layout, base.target(), matching);
    int tiles = PartitionCutter.cut(layout, base.target()).size();
    int left = matching.cardinality();
    return new Cut(
        ranges,
        layout.totalRows(),
        matching.stream().mapToLong(group -> layout.rows()[group]).sum(),
        new ReadSummary.Pruning(
            Math.max(0, tiles - ranges.size()), layout.rowGroups() - left, left));
  }

  private static ReadPlan scanPlan(
      Base base, String sql, List<ResultColumn> columns, Cut cut, boolean table) {
    List<Fragment> fragments = new ArrayList<>(cut.ranges().size());
    for (RowRange range : cut.ranges()) {
      fragments.add(
          new Fragment(
              base.queryId(),
              fragments.size(),
              base.snapshot(),
              base.settings(),
              sql,
              Optional.of(range),
              true));
    }
    return new ReadPlan(columns, fragments, ReadSummary.scan(table, cut.matching(), cut.pruning()));
  }

  /** A plan of a query whose answer is that of its tasks, one after the other. */
  private Optional<ReadPlan> divided(Base base, List<ResultColumn> columns, ObjectNode tree) {
    int slots = base.target().slots();
    if (hasCollation(base.settings()) || slots < 2) {
      return Optional.empty();
    }
    QueryCutter.Result cut =
        cutter.cut(
            base.connection(),
            SqlTree.root(tree).deepCopy(),
            columns,
            new SnapshotTables(base, layouts),
            ExecutionSettings.DEFAULT,
            slots,
            slots);
    boolean concatenated =
        cut.stages().size() == 1
            && cut.assembly().equals(Optional.of(ResultAssembly.Concatenation.ALL))
            && cut.stages().get(0).columns().equals(columns);
    if (!concatenated) {
      return Optional.empty();
    }
    List<Fragment> fragments = new ArrayList<>();
    for (Stage.Task task : cut.stages().get(0).tasks()) {
      fragments.add(
          new Fragment(
              base.queryId(),
              fragments.size(),
              base.snapshot(),
              base.settings(),
              task.sql(),
              task.range(),
              task.ordered(),
              task.bucket(),
              List.of(),
              Optional.empty(),
              false));
    }
    // What it scans says nothing of the rows that it gives: a join can give more.
    return Optional.of(new ReadPlan(columns, fragments, ReadSummary.of(Optional.empty())));
  }

  private static ReadPlan whole(Base base, String sql, List<ResultColumn> columns, String because) {
    Fragment fragment =
        new Fragment(
            base.queryId(), 0, base.snapshot(), base.settings(), sql, Optional.empty(), false);
    return new ReadPlan(columns, List.of(fragment), ReadSummary.of(Optional.of(because)));
  }

  /** The scan that a query is once it is optimised, if it is one. */
  private Optional<ScanTree> optimizedScan(Connection connection, String sql) {
    return OptimizedPlan.of(connection, sql)
        .flatMap(plan -> ScanTree.match(SqlTree.root(plan.tree()), functions(connection)).scan());
  }

  private static JsonNode rangeCondition(Connection connection, String alias) {
    String sql = RANGE.formatted(SqlText.identifier(alias));
    return SqlTree.root(SqlTree.parse(connection, sql)).path("where_clause");
  }

  private static boolean hasCollation(SessionSettings session) {
    String name = AnswerSetting.DEFAULT_COLLATION.duckdbName();
    return !session.settings().getOrDefault(name, "").isEmpty();
  }

  private RowFunctions functions(Connection connection) {
    RowFunctions known = functions;
    if (known == null) {
      known = RowFunctions.read(connection);
      functions = known;
    }
    return known;
  }

  static List<ResultColumn> columns(Connection connection, String sql) {
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
}

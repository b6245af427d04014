package io.duckherder.plan;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.TableLayout;
import io.duckherder.layout.TableName;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Plans one request of a connector. A table is cut by its rows whatever is read of it; a query is
 * planned like a client's. Used once, by one thread.
 */
final class RequestPlanner {
  /** A filter is taken to let through no less than one row of so many. */
  private static final long LEAST_PART = 100;

  private final ReadPlanner planner;
  private final Connection connection;
  private final Snapshot snapshot;
  private final String queryId;
  private final ReadRequest request;
  private final NamedRelation from;
  private final List<ResultColumn> all;
  private final Optional<TableName> table;

  RequestPlanner(
      ReadPlanner planner,
      Connection connection,
      Snapshot snapshot,
      String queryId,
      ReadRequest request) {
    this.planner = planner;
    this.connection = connection;
    this.snapshot = snapshot;
    this.queryId = queryId;
    this.request = request;
    ReadRelation relation = planner.relation(connection, snapshot, request);
    this.from = relation.from();
    this.all = relation.columns();
    this.table = relation.table();
  }

  ReadPlan plan() {
    ReadPlan plan = cut();
    ReadSummary summary = plan.summary().withExpectedRows(expectedRows(plan));
    return plan.withSummary(
        table
            .filter(name -> version(name).isPresent())
            .map(this::layout)
            .map(
                layout ->
                    summary.withTable(
                        layout.totalRows(), layout.statistics(request.columns().orElse(List.of()))))
            .orElse(summary));
  }

  private ReadPlan cut() {
    Optional<PushedQuery> pushed = request.pushed();
    if (pushed.isPresent() && pushed.get().scope() == PushedQuery.Scope.WHOLE) {
      return planQuery(text());
    }
    ReadPlan rows = planRows();
    if (pushed.isEmpty()) {
      return rows;
    }
    // Of no rows there is a count still.
    return rows.fragments().isEmpty()
        ? planQuery(text())
        : over(rows, pushed.get(), ReadPlanner.columns(connection, text()));
  }

  private ReadPlan planQuery(String sql) {
    return planner.planQuery(
        connection, snapshot, request.settings(), request.target(), queryId, sql);
  }

  private static ReadPlan over(ReadPlan rows, PushedQuery pushed, List<ResultColumn> columns) {
    List<Fragment> fragments =
        rows.fragments().stream()
            .map(fragment -> fragment.withSql(pushed.over(fragment.sql()), false))
            .toList();
    return new ReadPlan(columns, fragments, rows.summary());
  }

  private ReadPlan planRows() {
    Optional<TableRows> rows = tableRows();
    boolean named = rows.filter(found -> from.names(found.table())).isPresent();
    if (!named && !request.told().isEmpty()) {
      throw noTable();
    }
    return rows.isEmpty()
        ? planQuery(select(from.sql()))
        : planner.planScan(
            new ReadPlanner.Base(
                connection, snapshot, request.settings(), request.target(), queryId),
            select(rows.get().all()),
            table.orElseThrow(),
            request.filter(),
            select(rows.get().inRange()),
            named);
  }

  /** The text of the read, for all of its rows. */
  private String text() {
    String source =
        request.told().isEmpty()
            ? from.sql()
            : tableRows().filter(rows -> from.names(rows.table())).orElseThrow(this::noTable).all();
    String rows = select(source);
    return request.pushed().map(pushed -> pushed.over(rows)).orElse(rows);
  }

  private DuckherderException noTable() {
    return new DuckherderException(
        StandardErrorCode.INVALID_OPTION,
        "Cannot read %s of %s: only tables have them; views, queries and tables with generated columns do not"
            .formatted(
                request.told().stream()
                    .sorted()
                    .map(RowColumn::columnName)
                    .collect(Collectors.joining(", ")),
                request.relation().table().or(() -> request.relation().query()).orElseThrow()));
  }

  private String select(String source) {
    List<String> names =
        request.columns().orElseGet(() -> all.stream().map(ResultColumn::name).toList());
    String selected =
        names.isEmpty()
            ? "true AS counted"
            : names.stream().map(this::column).collect(Collectors.joining(", "));
    return "SELECT "
        + selected
        + " FROM "
        + source
        + request.filter().map(filter -> " WHERE (" + filter + ")").orElse("");
  }

  private String column(String name) {
    String sql = SqlText.identifier(name);
    String wanted = request.narrowed().get(name);
    if (wanted == null) {
      return sql;
    }
    boolean mayBeNull =
        table
            .filter(found -> version(found).isPresent())
            .map(found -> layout(found).statistics(List.of(name)))
            .filter(known -> !known.isEmpty())
            .map(known -> known.get(0).mayBeNull())
            .orElse(true);
    return NarrowedColumn.sql(sql, type(name), DuckDBType.parse(wanted), mayBeNull) + " AS " + sql;
  }

  private DuckDBType type(String name) {
    return all.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .map(column -> DuckDBType.parse(column.type()))
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.FILE_CHANGED,
                    "Cannot read column \"%s\": the table has changed since it was loaded; load it again"
                        .formatted(name)));
  }

  /** The rows of the table that is read; empty if none is, or it is not in the snapshot. */
  private Optional<TableRows> tableRows() {
    return table
        .filter(name -> version(name).isPresent())
        .map(
            name ->
                TableRows.of(
                    name, version(name).orElseThrow(), all, request.told(), () -> layout(name)));
  }

  private Optional<DatabaseVersion> version(TableName name) {
    return Optional.ofNullable(snapshot.databases().get(name.database()));
  }

  private TableLayout layout(TableName name) {
    return planner.layout(connection, version(name).orElseThrow(), name);
  }

  private OptionalLong expectedRows(ReadPlan plan) {
    OptionalLong most = plan.summary().rows();
    boolean pushed = request.pushed().isPresent();
    if (most.isPresent() && request.filter().isEmpty() && !pushed) {
      return most;
    }
    OptionalLong expected = ExpectedRows.of(connection, text());
    if (most.isEmpty() || expected.isEmpty() || pushed) {
      return expected;
    }
    long least = most.getAsLong() / LEAST_PART;
    return OptionalLong.of(Math.min(most.getAsLong(), Math.max(least, expected.getAsLong())));
  }
}

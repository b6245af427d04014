package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadRequest;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.RowColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.spark.option.AsOf;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.write.WriteTarget;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of a managed database at its snapshots. A snapshot that is planned on is kept for as long
 * as a ticket is good. Driver-only.
 *
 * @param source the cluster
 * @param table which one
 * @param settings the session that DuckDB reads it in
 * @param target how many partitions to aim for
 */
public record VersionedTable(
    ReadSource source, WriteTarget table, SessionSettings settings, PartitionTarget target) {

  /** Its database. */
  public String database() {
    return table.schema().database();
  }

  /** It at a snapshot, as SQL names it. */
  public String at(long snapshot) {
    return table.sql() + AsOf.version(String.valueOf(snapshot));
  }

  /** It at a snapshot as what stands after FROM. Its columns go by their places. */
  public String at(long snapshot, String alias, ExactValues columns) {
    return "%s AS %s%s%s"
        .formatted(table.sql(), alias, columns.names(), AsOf.version(String.valueOf(snapshot)));
  }

  /** The number of the snapshot that holds all that was committed. */
  public long newest() {
    List<List<String>> rows = rows("CALL duckherder_seal(" + SqlText.literal(database()) + ")");
    if (rows.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read changes of %s: the cluster does not write its database, which has no snapshots; start the cluster with --managed"
              .formatted(table.sql()));
    }
    return Long.parseLong(rows.get(0).get(1));
  }

  /** The snapshots behind one and up to another that are kept. */
  List<Long> kept(long after, long upTo) {
    return rows(
            "SELECT number FROM duckherder_snapshots() WHERE database = %s AND number > %d AND number <= %d ORDER BY number"
                .formatted(SqlText.literal(database()), after, upTo))
        .stream()
        .map(row -> Long.valueOf(row.get(0)))
        .toList();
  }

  /** The rows of a query, as text. */
  public List<List<String>> rows(String sql) {
    return source.sql().call(sql).stream()
        .map(row -> row.stream().map(String::valueOf).toList())
        .toList();
  }

  /** The one row of a query that gives whole numbers; NULL is -1. */
  public List<Long> numbers(String sql) {
    return rows(sql).get(0).stream()
        .map(text -> text.equals("null") ? -1L : Long.parseLong(text))
        .toList();
  }

  /** Its columns at a snapshot, which is kept from now on. */
  public List<ResultColumn> columns(long snapshot) {
    return plan(
            snapshot,
            ReadRequest.Relation.ofTable(at(snapshot)),
            Optional.empty(),
            Optional.empty(),
            Set.of())
        .columns();
  }

  /** The database's id, by which it is told from another of its name. Keeps the snapshot. */
  String id(long snapshot) {
    return id(
        snapshot,
        plan(
            snapshot,
            ReadRequest.Relation.ofTable(at(snapshot)),
            Optional.of(List.of()),
            Optional.empty(),
            Set.of()));
  }

  /** The database's id in what was planned on it. */
  String id(long snapshot, PlannedRead planned) {
    return version(planned, snapshot).database();
  }

  /** Plans the rows of a query over snapshots. */
  PlannedRead plan(long snapshot, String query) {
    return plan(
        snapshot,
        ReadRequest.Relation.ofQuery(query),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }

  /** Plans the rows of some rowids. */
  PlannedRead plan(long snapshot, List<String> columns, String filter) {
    return plan(
        snapshot,
        ReadRequest.Relation.ofTable(at(snapshot)),
        Optional.of(columns),
        Optional.of(filter),
        Set.of(RowColumn.ROWID));
  }

  private PlannedRead plan(
      long snapshot,
      ReadRequest.Relation relation,
      Optional<List<String>> columns,
      Optional<String> filter,
      Set<RowColumn> told) {
    PlannedRead planned =
        source.plan(
            new ReadRequest(
                relation,
                columns,
                filter,
                settings,
                target,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                told));
    version(planned, snapshot);
    return planned;
  }

  private SealedVersion version(PlannedRead planned, long snapshot) {
    String attached = database() + "@" + snapshot;
    if (planned.snapshot().databases().get(attached) instanceof SealedVersion version
        && version.number() == snapshot) {
      return version;
    }
    throw new DuckherderException(
        StandardErrorCode.INTERNAL_ERROR,
        "A read of %s was planned on %s".formatted(at(snapshot), planned.snapshot()));
  }
}

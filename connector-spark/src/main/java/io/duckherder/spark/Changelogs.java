package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.stream.SnapshotRange;
import io.duckherder.spark.stream.TableChanges;
import io.duckherder.spark.stream.VersionedTable;
import io.duckherder.spark.write.WriteTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.Changelog;
import org.apache.spark.sql.connector.catalog.ChangelogContext;
import org.apache.spark.sql.connector.catalog.ChangelogRange;
import org.apache.spark.sql.connector.catalog.Identifier;

/** Makes Spark's changelogs, which Spark 4.2 has first, so nothing else may name them. */
final class Changelogs {
  private Changelogs() {}

  /** The changes of a table in a range of snapshots. */
  static Changelog load(
      ConfiguredCatalog.Opened catalog,
      Identifier name,
      CatalogRelation relation,
      ChangelogContext context) {
    DuckherderOptions options = catalog.options();
    if (!options.isCluster() || relation.view()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot tell the changes of %s: only tables of a cluster's managed databases have snapshots"
              .formatted(relation.sql()));
    }
    VersionedTable table =
        new VersionedTable(
            catalog.source(),
            new WriteTarget(catalog.source(), relation.schema(), relation.name()),
            options.settings(),
            Sources.target(options));
    SnapshotRange range = range(table, context.range());
    TableChanges changes = TableChanges.of(table, range.earlier(), range.snapshot());
    boolean images = context.computeUpdates();
    String query =
        changes.query(
            Changelog.CHANGE_TYPE_INSERT,
            Changelog.CHANGE_TYPE_DELETE,
            images ? Changelog.CHANGE_TYPE_UPDATE_PREIMAGE : Changelog.CHANGE_TYPE_DELETE,
            images ? Changelog.CHANGE_TYPE_UPDATE_POSTIMAGE : Changelog.CHANGE_TYPE_INSERT,
            SnapshotRange.micros(table, range.snapshot()));
    List<ResultColumn> columns = new ArrayList<>(changes.columns().columns());
    columns.add(new ResultColumn(TableChanges.CHANGE, "VARCHAR"));
    columns.add(new ResultColumn(TableChanges.VERSION, "BIGINT"));
    columns.add(new ResultColumn(TableChanges.TIME, "TIMESTAMP WITH TIME ZONE"));
    return new DuckherderChangelog(
        catalog.name() + "." + name,
        DuckherderSchema.of(columns, CatalogTables.types()),
        query,
        options);
  }

  private static SnapshotRange range(VersionedTable table, ChangelogRange asked) {
    long newest = table.newest();
    if (asked instanceof ChangelogRange.VersionRange versions) {
      long first = SnapshotRange.find(table, versions.startingVersion());
      long earlier = versions.startingBoundInclusive() ? SnapshotRange.before(table, first) : first;
      Optional<String> last = versions.endingVersion();
      long snapshot = last.isPresent() ? SnapshotRange.find(table, last.get()) : newest;
      boolean without = last.isPresent() && !versions.endingBoundInclusive();
      return new SnapshotRange(earlier, without ? SnapshotRange.before(table, snapshot) : snapshot);
    }
    if (asked instanceof ChangelogRange.TimestampRange times) {
      Optional<Long> last = times.endingTimestamp();
      return new SnapshotRange(
          SnapshotRange.asOf(table, times.startingTimestamp(), !times.startingBoundInclusive()),
          last.isPresent()
              ? SnapshotRange.asOf(table, last.get(), times.endingBoundInclusive())
              : newest);
    }
    throw new DuckherderException(
        StandardErrorCode.UNSUPPORTED,
        "Cannot tell all changes of %s: say from which snapshot or time on, FROM VERSION 7 say; the rows that come can be read by readStream.table"
            .formatted(table.table().sql()));
  }
}

package io.duckherder.cluster.functions;

import io.duckherder.cluster.managed.ManagedDatabases.KeptSnapshot;
import io.duckherder.storage.SnapshotSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table function about the snapshots of managed databases. */
final class SnapshotTable {
  static final String NAME = "duckherder_snapshots";

  private SnapshotTable() {}

  static FunctionTable of(List<KeptSnapshot> snapshots) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (KeptSnapshot kept : snapshots) {
      SnapshotSummary summary = kept.summary();
      List<@Nullable Object> row = new ArrayList<>();
      row.add(kept.database());
      row.add(summary.number());
      row.add(summary.time());
      row.add(summary.name().orElse(null));
      // Where the last commit ends: after how many checkpoints, and how far into the log.
      row.add(summary.checkpoint() + ":" + summary.walBytes());
      row.add(summary.layerBytes());
      row.add(summary.fileBytes());
      row.add(kept.pinned());
      rows.add(row);
    }
    return new FunctionTable(
        NAME,
        """
        (database VARCHAR, number BIGINT, "time" TIMESTAMP, name VARCHAR, "commit" VARCHAR,
        layer_bytes BIGINT, file_bytes BIGINT, pinned BOOLEAN)""",
        rows);
  }
}

package io.duckherder.cluster.functions;

import io.duckherder.cluster.membership.Worker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table function about workers. */
final class WorkerTable {
  static final String NAME = "duckherder_workers";

  private WorkerTable() {}

  static FunctionTable of(List<Worker> workers) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Worker worker : workers) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(worker.id());
      row.add(worker.registration().address());
      row.add(worker.threads());
      row.add(worker.suspected() ? "suspected" : "live");
      row.add(worker.running());
      row.add(worker.lastHeard());
      row.add(worker.registration().version());
      rows.add(row);
    }
    return new FunctionTable(
        NAME,
        """
        (id VARCHAR, address VARCHAR, threads BIGINT, state VARCHAR, running BIGINT,
        last_heard TIMESTAMP, version VARCHAR)""",
        rows);
  }
}

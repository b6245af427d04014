package io.duckherder.spark.source;

import io.duckherder.plan.ReadSummary;
import io.duckherder.plan.ResultColumn;
import io.duckherder.snapshot.Snapshot;
import java.util.List;

/**
 * A read, cut into partitions over one snapshot.
 *
 * @param queryId the id under which logs and errors name it
 * @param columns the columns with their DuckDB types
 * @param partitions the partitions
 * @param snapshot what is read
 * @param summary what else is known of it
 */
public record PlannedRead(
    String queryId,
    List<ResultColumn> columns,
    List<DuckherderInputPartition> partitions,
    Snapshot snapshot,
    ReadSummary summary) {
  public PlannedRead {
    columns = List.copyOf(columns);
    partitions = List.copyOf(partitions);
  }
}

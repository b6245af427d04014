package io.duckherder.spark.source;

import io.duckherder.plan.ResultColumn;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A read, cut into partitions over one snapshot.
 *
 * @param queryId the id under which logs and errors name it
 * @param columns the columns with their DuckDB types
 * @param partitions the partitions
 * @param wholeBecause why the read was not cut, absent if it was
 * @param rows the rows of the table before filters, where known
 * @param partitionsPruned partitions left out because row-group statistics rule them out
 */
public record PlannedRead(
    String queryId,
    List<ResultColumn> columns,
    List<DuckherderInputPartition> partitions,
    Optional<String> wholeBecause,
    OptionalLong rows,
    int partitionsPruned) {
  public PlannedRead {
    columns = List.copyOf(columns);
    partitions = List.copyOf(partitions);
  }
}

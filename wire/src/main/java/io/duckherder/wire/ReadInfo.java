package io.duckherder.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.plan.ResultColumn;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the driver says of a planned read besides its endpoints, as JSON in {@code
 * FlightInfo.appMetadata}.
 *
 * @param queryId the id under which logs and errors name the read
 * @param columns the columns with their DuckDB types
 * @param wholeBecause why the read was not cut, absent if it was
 * @param rows rows of the table before filters, where known
 * @param partitionsPruned partitions left out by row-group statistics
 * @param ordered whether a broken stream may be resumed after the rows already received
 */
public record ReadInfo(
    @JsonProperty("queryId") String queryId,
    @JsonProperty("columns") List<ResultColumn> columns,
    @JsonProperty("wholeBecause") Optional<String> wholeBecause,
    @JsonProperty("rows") OptionalLong rows,
    @JsonProperty("partitionsPruned") int partitionsPruned,
    @JsonProperty("ordered") boolean ordered) {
  public ReadInfo {
    columns = List.copyOf(columns);
  }
}

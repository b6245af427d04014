package io.duckherder.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.plan.ReadSummary;
import io.duckherder.plan.ResultColumn;
import io.duckherder.snapshot.Snapshot;
import java.util.List;
import java.util.Objects;

/**
 * What the driver says of a planned read besides its endpoints, as JSON in {@code
 * FlightInfo.appMetadata}.
 *
 * @param queryId the id under which logs and errors name the read
 * @param columns the columns with their DuckDB types
 * @param snapshot what is read
 * @param summary what else is known of it
 * @param ordered whether a broken stream may be resumed after the rows already received
 */
public record ReadInfo(
    @JsonProperty("queryId") String queryId,
    @JsonProperty("columns") List<ResultColumn> columns,
    @JsonProperty("snapshot") Snapshot snapshot,
    @JsonProperty("summary") ReadSummary summary,
    @JsonProperty("ordered") boolean ordered) {
  public ReadInfo {
    columns = List.copyOf(columns);
    Objects.requireNonNull(summary, "summary");
  }
}

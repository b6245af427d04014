package io.duckherder.cluster.driver;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.snapshot.DatabaseVersion;
import java.util.List;
import java.util.Map;

/**
 * How a cluster is, as the action {@code duckherder.status} tells it in JSON.
 *
 * @param version of Duckherder
 * @param uptimeSeconds since the driver started
 * @param databases name to the file or sealed snapshot that new queries read
 * @param workers the live workers, by name
 * @param sessions sessions that are kept for clients
 * @param transactions transactions that are open on managed databases, the oldest first
 * @param queries SQL queries that wait for their client or run
 */
public record DriverStatus(
    @JsonProperty("version") String version,
    @JsonProperty("uptimeSeconds") long uptimeSeconds,
    @JsonProperty("databases") Map<String, DatabaseVersion> databases,
    @JsonProperty("workers") List<WorkerStatus> workers,
    @JsonProperty("sessions") int sessions,
    @JsonProperty("transactions") List<TransactionStatus> transactions,
    @JsonProperty("queries") List<QueryStatus> queries) {
  public DriverStatus {
    workers = List.copyOf(workers);
    transactions = List.copyOf(transactions);
    queries = List.copyOf(queries);
  }

  /**
   * A worker.
   *
   * @param state {@code live}, or {@code suspected} after a failure until it is heard again
   * @param running fragments of SQL queries that run on it
   * @param silentMillis since it was heard
   */
  public record WorkerStatus(
      @JsonProperty("id") String id,
      @JsonProperty("address") String address,
      @JsonProperty("threads") int threads,
      @JsonProperty("state") String state,
      @JsonProperty("running") int running,
      @JsonProperty("silentMillis") long silentMillis) {}

  /**
   * A transaction.
   *
   * @param owner the session or user that has it open
   * @param old whether it is open for longer than the operator would like
   */
  public record TransactionStatus(
      @JsonProperty("owner") String owner,
      @JsonProperty("openMillis") long openMillis,
      @JsonProperty("old") boolean old) {}

  /**
   * A query.
   *
   * @param where what runs it
   * @param state {@code planning}, {@code waiting} for its client to read, {@code queued} until
   *     others end, or {@code running}
   * @param millis in this state
   */
  public record QueryStatus(
      @JsonProperty("id") String id,
      @JsonProperty("where") String where,
      @JsonProperty("state") String state,
      @JsonProperty("millis") long millis) {}
}

package io.duckherder.cluster.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a query at one time.
 *
 * @param id names it
 * @param user the name that its client gave
 * @param sql its text, without the values of parameters, perhaps cut
 * @param state where it is
 * @param since when that began
 * @param created when it reached the driver
 * @param started when it began to run
 * @param ended when it ended
 * @param planning time to plan it
 * @param queued time that it waited for others
 * @param rows rows that were sent
 * @param bytes their size in Arrow's format
 * @param cpuMillis processor time of the driver's thread that gathered and sent the rows
 * @param summary how it runs; absent before it is planned
 * @param run what workers did for it
 * @param error why it failed
 */
public record QueryRecord(
    String id,
    Optional<String> user,
    String sql,
    QueryState state,
    Instant since,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    Duration planning,
    Duration queued,
    long rows,
    long bytes,
    OptionalLong cpuMillis,
    Optional<ExecutionSummary> summary,
    RunStatistics run,
    Optional<String> error) {

  /** Whether it belongs into the history. */
  public boolean recorded() {
    return summary.map(ExecutionSummary::recorded).orElse(true);
  }

  /** Time for which it ran, so far. */
  public Duration duration(Instant now) {
    return started.map(from -> Duration.between(from, ended.orElse(now))).orElse(Duration.ZERO);
  }
}

package io.duckherder.worker.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a worker's DuckDB runs.
 *
 * @param memoryLimit DuckDB's memory limit, as DuckDB writes sizes: {@code 1GiB}
 * @param threads threads of DuckDB
 * @param spillDirectory where DuckDB spills; made when needed
 * @param spillLimit most bytes to spill, as DuckDB writes sizes; empty for DuckDB's default
 * @param allowedPaths folders that SQL may read; none by default
 * @param idleTimeout how long an unused database file stays open
 * @param batchRows rows of an Arrow batch; absent for a size that suits the columns
 * @param exchangeTimeout how long the rows that a query keeps between its stages outlive its last
 *     sign of life
 */
public record EngineConfig(
    String memoryLimit,
    int threads,
    Path spillDirectory,
    String spillLimit,
    List<Path> allowedPaths,
    Duration idleTimeout,
    OptionalInt batchRows,
    Duration exchangeTimeout) {
  private static final Duration EXCHANGE_TIMEOUT = Duration.ofMinutes(15);

  public EngineConfig {
    allowedPaths = List.copyOf(allowedPaths);
    if (threads < 1) {
      throw new IllegalArgumentException("DuckDB needs a thread");
    }
  }

  /** A DuckDB that keeps the rows of a forgotten query for a quarter of an hour. */
  public EngineConfig(
      String memoryLimit,
      int threads,
      Path spillDirectory,
      String spillLimit,
      List<Path> allowedPaths,
      Duration idleTimeout,
      OptionalInt batchRows) {
    this(
        memoryLimit,
        threads,
        spillDirectory,
        spillLimit,
        allowedPaths,
        idleTimeout,
        batchRows,
        EXCHANGE_TIMEOUT);
  }
}

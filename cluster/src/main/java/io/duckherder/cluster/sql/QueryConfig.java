package io.duckherder.cluster.sql;

import io.duckherder.session.ExecutionSettings;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a driver treats the queries of SQL clients.
 *
 * @param settings what each session begins with, and goes back to with RESET
 * @param maxQueries most queries that run at once; absent for what the workers' threads suggest
 * @param queueTimeout most time that a query waits for others to end
 * @param history queries that are remembered after their end
 * @param cacheBytes bytes of all answers that are kept
 * @param cacheResultBytes bytes of one answer, above which it is not kept
 */
public record QueryConfig(
    ExecutionSettings settings,
    OptionalInt maxQueries,
    Duration queueTimeout,
    int history,
    long cacheBytes,
    long cacheResultBytes) {
  public static final QueryConfig DEFAULT =
      new QueryConfig(
          ExecutionSettings.DEFAULT,
          OptionalInt.empty(),
          Duration.ofMinutes(5),
          1000,
          64L << 20,
          8L << 20);

  private static final int QUERIES_PER_THREAD = 4;
  private static final int LEAST_QUERIES = 8;

  /** This with other settings. */
  public QueryConfig withSettings(ExecutionSettings changed) {
    return new QueryConfig(
        changed, maxQueries, queueTimeout, history, cacheBytes, cacheResultBytes);
  }

  /** This with another limit of queries that run at once. */
  public QueryConfig withMaxQueries(int changed) {
    return new QueryConfig(
        settings, OptionalInt.of(changed), queueTimeout, history, cacheBytes, cacheResultBytes);
  }

  /** This with another limit of the time in the queue. */
  public QueryConfig withQueueTimeout(Duration changed) {
    return new QueryConfig(settings, maxQueries, changed, history, cacheBytes, cacheResultBytes);
  }

  /** This with another number of queries that are remembered. */
  public QueryConfig withHistory(int changed) {
    return new QueryConfig(
        settings, maxQueries, queueTimeout, changed, cacheBytes, cacheResultBytes);
  }

  /** This with other limits of the answers that are kept. */
  public QueryConfig withCache(long bytes, long resultBytes) {
    return new QueryConfig(settings, maxQueries, queueTimeout, history, bytes, resultBytes);
  }

  /** Most queries that run at once, on workers with some threads together. */
  public int slots(int threads) {
    return maxQueries.orElse(Math.max(LEAST_QUERIES, QUERIES_PER_THREAD * threads));
  }
}

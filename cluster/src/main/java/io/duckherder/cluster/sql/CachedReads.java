package io.duckherder.cluster.sql;

import io.duckherder.cluster.cache.ResultCache;
import io.duckherder.cluster.cache.ResultKey;
import io.duckherder.cluster.history.ExecutionSummary;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers out of the result cache, and those that go into it. */
final class CachedReads {
  private final ResultCache cache;

  CachedReads(ResultCache cache) {
    this.cache = cache;
  }

  /** Whether a session wants it; what its temporary objects hold is known to nobody else. */
  static boolean wanted(StatementContext context) {
    return context.execution().resultCache() && context.local().isEmpty();
  }

  static ResultKey key(String sql, List<String> parameters, StatementContext context) {
    return new ResultKey(
        sql, parameters, context.settings(), context.execution(), context.snapshot());
  }

  /**
   * The answer, if it is kept.
   *
   * @param afresh runs the statement, for when the answer is gone before it is read
   */
  Optional<StatementResult> find(ResultKey key, Supplier<StatementResult> afresh) {
    return cache
        .schema(key)
        .map(
            schema ->
                new StatementResult(
                    schema,
                    "driver, from the result cache",
                    ExecutionSummary.CACHED,
                    () -> cache.open(key).orElseGet(() -> afresh.get().source().get())));
  }

  /** The same answer, which is kept once it was read. */
  StatementResult keep(ResultKey key, StatementResult result) {
    return new StatementResult(
        result.schema(),
        result.where(),
        result.summary(),
        () -> cache.keep(key, result.source().get()));
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.session.ExecutionSettings.Mode;
import io.duckherder.worker.engine.EngineConnection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a read goes that has to see commits which are in no snapshot yet: to the live databases, on
 * the driver alone, or to a snapshot that is sealed for it, on all workers. Whichever is estimated
 * to be there first: the rows that DuckDB expects to handle, at what one thread handles in a
 * second, against what seals took lately.
 */
final class ReadChoice {
  private static final double ROWS_A_NANOSECOND = 20e6 / 1e9;

  /** Of the last seals, the later the more. */
  private final AtomicLong sealNanos = new AtomicLong(50_000_000);

  /** Whether the live databases answer a read sooner; asks DuckDB for its plan. */
  boolean isLive(EngineConnection live, String sql, StatementContext context) {
    if (context.execution().mode() != Mode.AUTO) {
      return false;
    }
    Optional<EstimatedPlan> plan = EstimatedPlan.of(live.jdbc(), sql);
    return plan.isPresent()
        && plan.get().mostRows() < context.execution().minimumRows()
        && plan.get().mostRows() / ROWS_A_NANOSECOND < sealNanos.get();
  }

  /** Notes how long a read waited for a seal. */
  void sealTook(long nanos) {
    sealNanos.updateAndGet(before -> (3 * before + nanos) / 4);
  }
}

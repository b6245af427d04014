package io.duckherder.cluster.sql;

import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.session.ExecutionSettings.Mode;
import io.duckherder.worker.engine.EngineConnection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a read goes while there are commits that are in no snapshot yet: to the newest snapshot if
 * none of them is about its tables; else to the live databases, on the driver alone, or to a
 * snapshot that is sealed for it, on all workers. Of these, whichever is estimated to be there
 * first: the rows that DuckDB expects to handle, at what one thread handles in a second, against
 * what seals took lately.
 */
final class ReadChoice {
  private static final double ROWS_A_NANOSECOND = 20e6 / 1e9;

  private final ManagedDatabases databases;

  /** Of the last seals, the later the more. */
  private final AtomicLong sealNanos = new AtomicLong(50_000_000);

  ReadChoice(ManagedDatabases databases) {
    this.databases = databases;
  }

  /** Where a read can go. */
  enum Place {
    NEWEST_SNAPSHOT,
    LIVE,
    NEW_SNAPSHOT
  }

  /** Asks DuckDB for its plan on the live databases. */
  Place place(EngineConnection live, Read read, StatementContext context) {
    Optional<EstimatedPlan> plan = EstimatedPlan.of(live.jdbc(), read.sql());
    if (plan.isEmpty()) {
      return Place.NEW_SNAPSHOT;
    }
    Optional<Set<String>> tables = ReadTables.of(read.tree(), plan.get(), live.jdbc());
    if (tables.isPresent() && !databases.wrote(tables.get())) {
      return Place.NEWEST_SNAPSHOT;
    }
    boolean few =
        context.execution().mode() == Mode.AUTO
            && plan.get().mostRows() < context.execution().minimumRows()
            && plan.get().mostRows() / ROWS_A_NANOSECOND < sealNanos.get();
    return few ? Place.LIVE : Place.NEW_SNAPSHOT;
  }

  /** Notes how long a read waited for a seal. */
  void sealTook(long nanos) {
    sealNanos.updateAndGet(before -> (3 * before + nanos) / 4);
  }
}

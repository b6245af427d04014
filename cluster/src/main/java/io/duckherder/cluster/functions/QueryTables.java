package io.duckherder.cluster.functions;

import io.duckherder.cluster.history.ExecutionSummary;
import io.duckherder.cluster.history.QueryRecord;
import io.duckherder.cluster.history.QueryState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The table functions about queries. */
final class QueryTables {
  static final String STATISTICS = "duckherder_get_query_execution_stats";
  static final String HISTORY = "duckherder_get_query_history";

  private QueryTables() {}

  /** The queries that ran and ended. */
  static FunctionTable statistics(List<QueryRecord> ended, Instant now) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (QueryRecord query : ended) {
      boolean ran = query.started().isPresent() || query.state() == QueryState.FAILED;
      query.summary().filter(how -> ran).ifPresent(how -> rows.add(statistics(query, how, now)));
    }
    return new FunctionTable(
        STATISTICS,
        """
        (sql VARCHAR, execution_mode VARCHAR, merge_strategy VARCHAR, query_duration_ms BIGINT,
        num_workers_used BIGINT, num_tasks_generated BIGINT, execution_start_time TIMESTAMP,
        "rows" BIGINT, bytes BIGINT, retries BIGINT, cpu_ms BIGINT, worker_cpu_ms BIGINT,
        worker_memory_bytes BIGINT, queue_ms BIGINT, planning_ms BIGINT, "user" VARCHAR,
        error VARCHAR, query_id VARCHAR)""",
        rows);
  }

  private static List<@Nullable Object> statistics(
      QueryRecord query, ExecutionSummary how, Instant now) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(query.sql());
    row.add(how.mode().name());
    row.add(how.mergeStrategy());
    row.add(query.duration(now).toMillis());
    row.add(query.run().workers());
    row.add(how.tasks());
    row.add(query.started().orElse(null));
    row.add(query.rows());
    row.add(query.bytes());
    row.add(query.run().retries());
    row.add(number(query.cpuMillis()));
    row.add(number(query.run().cpuMillis()));
    row.add(number(query.run().memoryBytes()));
    row.add(query.queued().toMillis());
    row.add(query.planning().toMillis());
    row.add(query.user().orElse(null));
    row.add(query.error().orElse(null));
    row.add(query.id());
    return row;
  }

  /** The queries that ended and those that have not. */
  static FunctionTable history(List<QueryRecord> queries) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (QueryRecord query : queries) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(query.id());
      row.add(query.user().orElse(null));
      row.add(query.sql());
      row.add(query.state().toString());
      row.add(query.summary().map(how -> how.mode().name()).orElse(null));
      row.add(query.created());
      row.add(query.started().orElse(null));
      row.add(query.ended().orElse(null));
      row.add(query.queued().toMillis());
      row.add(query.rows());
      row.add(query.bytes());
      row.add(query.error().orElse(null));
      row.add(query.summary().map(ExecutionSummary::tasks).orElse(null));
      row.add(query.run().tasksDone());
      rows.add(row);
    }
    return new FunctionTable(
        HISTORY,
        """
        (id VARCHAR, "user" VARCHAR, sql VARCHAR, state VARCHAR, execution_mode VARCHAR,
        start_time TIMESTAMP, run_time TIMESTAMP, end_time TIMESTAMP, queue_ms BIGINT,
        "rows" BIGINT, bytes BIGINT, error VARCHAR, tasks BIGINT, tasks_done BIGINT)""",
        rows);
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}

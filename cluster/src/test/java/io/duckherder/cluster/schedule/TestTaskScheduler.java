package io.duckherder.cluster.schedule;

import static io.duckherder.cluster.schedule.ScheduledCluster.inRange;
import static io.duckherder.cluster.schedule.ScheduledCluster.plan;
import static io.duckherder.cluster.schedule.ScheduledCluster.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.Rows;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plans of one stage over three workers. */
@Timeout(120)
final class TestTaskScheduler {
  private static final int ROWS = 1_000_000;
  private static final int TASKS = 7;
  private static final String ALL = "SELECT i, s FROM t";
  private static final String SORTED = "SELECT i, s FROM t ORDER BY s DESC, i";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range::INTEGER AS i,"
                + " CASE WHEN range % 97 = 0 THEN NULL ELSE 'v' || hash(range) % 1000 END AS s"
                + " FROM range("
                + ROWS
                + ")");
  }

  private ScheduledCluster cluster(int workers) {
    return new ScheduledCluster(directory, file, workers);
  }

  private static QueryPlan scan(boolean ordered, Concatenation assembly) {
    return plan(ALL + " WHERE " + inRange(), ranges(TASKS, ROWS / TASKS), ordered, assembly);
  }

  private static QueryPlan sorted(OptionalLong limit, long offset) {
    return plan(
        "SELECT i, s, create_sort_key(s, 'DESC NULLS LAST', i, 'ASC NULLS LAST') AS k FROM t WHERE "
            + inRange()
            + " ORDER BY k",
        ranges(TASKS, ROWS / TASKS),
        false,
        new SortedMerge(limit, offset));
  }

  @Test
  void putsTheRowsOfTasksTogetherInTheirOrder() throws Exception {
    TaskReports reports = new TaskReports();
    try (ScheduledCluster cluster = cluster(3)) {
      for (boolean ordered : new boolean[] {true, false}) {
        try (BatchStream stream = cluster.open(scan(ordered, Concatenation.ALL), ALL, reports)) {
          assertThat(ScheduledCluster.rows(stream)).isEqualTo(cluster.oracle(ALL));
        }
      }
    }
    // On a busy machine a slow task may be run a second time, and one of the two is not used.
    List<TaskReport> used =
        reports.all().stream().filter(r -> r.outcome() != Outcome.SUPERSEDED).toList();
    assertThat(used).hasSize(2 * TASKS).allMatch(r -> r.outcome() == Outcome.DONE);
    assertThat(used.stream().mapToLong(TaskReport::rows).sum()).isEqualTo(2 * ROWS);
    assertThat(reports.workers()).containsExactly("w1", "w2", "w3");
    assertThat(reports.retries()).isZero();
  }

  @Test
  void aLimitEndsTheTasksThatAreNotNeeded() throws Exception {
    Concatenation window = new Concatenation(OptionalLong.of(ROWS / TASKS), 100_000);
    String sql = ALL + " LIMIT " + ROWS / TASKS + " OFFSET 100000";
    for (boolean ordered : new boolean[] {true, false}) {
      TaskReports reports = new TaskReports();
      try (ScheduledCluster cluster = cluster(2)) {
        try (BatchStream stream = cluster.open(scan(ordered, window), ALL, reports)) {
          assertThat(ScheduledCluster.rows(stream)).isEqualTo(cluster.oracle(sql));
        }
      }
      if (ordered) {
        assertThat(reports.all()).allMatch(report -> report.task() < TASKS - 1);
      }
    }
  }

  @Test
  void mergesSortedRuns() throws Exception {
    try (ScheduledCluster cluster = cluster(3)) {
      assertThat(cluster.rows(sorted(OptionalLong.empty(), 0), ALL))
          .isEqualTo(cluster.oracle(SORTED));
      assertThat(cluster.rows(sorted(OptionalLong.of(70_001), 333_333), ALL))
          .isEqualTo(cluster.oracle(SORTED + " LIMIT 70001 OFFSET 333333"));
      assertThat(cluster.rows(sorted(OptionalLong.of(0), 0), ALL)).isEmpty();
      assertThat(cluster.rows(sorted(OptionalLong.empty(), ROWS), ALL)).isEmpty();
    }
  }

  @Test
  void oneWorkerStreamsWhatSeveralWouldHoldBack() throws Exception {
    try (ScheduledCluster cluster = cluster(1)) {
      assertThat(cluster.rows(sorted(OptionalLong.empty(), 0), ALL))
          .isEqualTo(cluster.oracle(SORTED));
      assertThat(cluster.rows(scan(false, Concatenation.ALL), ALL)).isEqualTo(cluster.oracle(ALL));
    }
  }

  @Test
  void anErrorOfTheDataStopsTheQueryAtOnce() throws Exception {
    TaskReports reports = new TaskReports();
    String sql =
        "SELECT CASE WHEN i = 900000 THEN s::INTEGER ELSE i END AS i, s FROM t WHERE " + inRange();
    try (ScheduledCluster cluster = cluster(2);
        BatchStream stream =
            cluster.open(
                plan(sql, ranges(TASKS, ROWS / TASKS), false, Concatenation.ALL), ALL, reports)) {
      assertThatThrownBy(() -> ScheduledCluster.rows(stream))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_DATA))
          .hasMessageContaining("Could not convert");
    }
    assertThat(reports.retries()).isZero();
  }

  @Test
  void withoutAWorkerTheErrorSaysSo() throws Exception {
    try (ScheduledCluster cluster = cluster(0);
        BatchStream stream = cluster.open(scan(false, Concatenation.ALL), ALL, report -> {})) {
      assertThatThrownBy(stream::next)
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.NO_WORKERS));
    }
  }

  @Test
  void aQueryOfNoTasksHasNoRows() throws Exception {
    try (ScheduledCluster cluster = cluster(1)) {
      assertThat(cluster.rows(plan(ALL, ranges(0, 1), true, Concatenation.ALL), ALL)).isEmpty();
      assertThat(
              cluster.rows(
                  plan(ALL, ranges(0, 1), true, new SortedMerge(OptionalLong.empty(), 0)), ALL))
          .isEmpty();
    }
  }

  @Test
  void cancelEndsAReaderThatWaitsAndWhatRuns() throws Exception {
    String endless = "SELECT i, s FROM t, range(1000000) WHERE hash(i, range) = 0 AND " + inRange();
    for (boolean ordered : new boolean[] {true, false}) {
      TaskReports reports = new TaskReports();
      try (ScheduledCluster cluster = cluster(2)) {
        try (BatchStream stream =
            cluster.open(
                plan(endless, ranges(TASKS, ROWS / TASKS), ordered, Concatenation.ALL),
                ALL,
                reports)) {
          Thread canceller = new Thread(stream::cancel);
          canceller.start();
          assertThatThrownBy(() -> ScheduledCluster.rows(stream))
              .isInstanceOfSatisfying(
                  DuckherderException.class,
                  e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
          canceller.join();
        }
        assertThat(reports.all()).allMatch(report -> report.outcome() == Outcome.CANCELLED);
      }
    }
  }

  @Test
  void aReaderThatGoesAwayLeavesNothing() throws Exception {
    for (QueryPlan plan :
        new QueryPlan[] {
          scan(true, Concatenation.ALL),
          scan(false, Concatenation.ALL),
          sorted(OptionalLong.empty(), 0)
        }) {
      try (ScheduledCluster cluster = cluster(2);
          BatchStream stream = cluster.open(plan, ALL, report -> {})) {
        assertThat(stream.next()).isTrue();
      }
    }
  }
}

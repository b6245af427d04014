package io.duckherder.cluster.schedule;

import static io.duckherder.cluster.schedule.ScheduledCluster.inRange;
import static io.duckherder.cluster.schedule.ScheduledCluster.plan;
import static io.duckherder.cluster.schedule.ScheduledCluster.ranges;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.Rows;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers in processes of their own, killed or frozen while they run tasks of one stage. */
@Timeout(120)
final class TestLostWorkers {
  private static final int ROWS = 600_000;
  private static final int TASKS = 12;
  private static final String ALL = "SELECT i, s FROM t";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, 'some text to fill the wire ' || range AS s"
                + " FROM range("
                + ROWS
                + ")");
  }

  private static QueryPlan scan(boolean ordered) {
    return plan(ALL, ordered, Concatenation.ALL, "");
  }

  private static QueryPlan plan(
      String select, boolean ordered, ResultAssembly assembly, String order) {
    return ScheduledCluster.plan(
        select + " WHERE " + inRange() + order, ranges(TASKS, ROWS / TASKS), ordered, assembly);
  }

  /** Does something to a worker once a task of its was done, and the next one started there. */
  private static TaskListener onFirstTaskOf(String worker, TaskReports reports, Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return report -> {
      reports.ended(report);
      if (report.worker().equals(worker) && done.compareAndSet(false, true)) {
        action.run();
      }
    };
  }

  private static void freeze(WorkerProcess worker) {
    try {
      worker.freeze();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void kill(WorkerProcess worker) {
    try {
      worker.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void tasksOfAWorkerThatDiesRunElsewhere() throws Exception {
    QueryPlan sorted =
        plan(
            "SELECT i, s, create_sort_key(s, 'ASC NULLS LAST') AS k FROM t",
            false,
            new SortedMerge(OptionalLong.empty(), 0),
            " ORDER BY k");
    TaskReports reports = new TaskReports();
    try (ScheduledCluster cluster = new ScheduledCluster(directory, file, 0);
        WorkerProcess second = cluster.startProcess("p2")) {
      List<List<String>> expected = cluster.oracle(ALL);
      try (WorkerProcess first = cluster.startProcess("p1");
          BatchStream stream =
              cluster.open(scan(false), ALL, onFirstTaskOf("p1", reports, () -> kill(first)))) {
        assertThat(ScheduledCluster.rows(stream)).isEqualTo(expected);
      }
      try (WorkerProcess first = cluster.startProcess("p1");
          BatchStream stream =
              cluster.open(sorted, ALL, onFirstTaskOf("p1", reports, () -> kill(first)))) {
        assertThat(ScheduledCluster.rows(stream))
            .isEqualTo(cluster.oracle(ALL + " ORDER BY s ASC NULLS LAST"));
      }
      assertThat(second).isNotNull();
    }
    assertThat(reports.all()).anyMatch(report -> report.outcome() == Outcome.FAILED);
  }

  @Test
  void aStreamInOrderGoesOnWhenItsWorkerDies() throws Exception {
    try (ScheduledCluster cluster = new ScheduledCluster(directory, file, 0);
        WorkerProcess first = cluster.startProcess("p1");
        WorkerProcess second = cluster.startProcess("p2");
        BatchStream stream = cluster.open(scan(true), ALL, report -> {})) {
      assertThat(stream.next()).isTrue();
      int rows = stream.root().getRowCount();
      first.kill();
      List<List<String>> all = cluster.oracle(ALL);
      assertThat(ScheduledCluster.rows(stream)).isEqualTo(all.subList(rows, all.size()));
      assertThat(second).isNotNull();
    }
  }

  @Test
  void withNoWorkerLeftTheErrorSaysSo() throws Exception {
    try (ScheduledCluster cluster = new ScheduledCluster(directory, file, 0);
        WorkerProcess first = cluster.startProcess("p1");
        WorkerProcess second = cluster.startProcess("p2");
        BatchStream stream =
            cluster.open(
                scan(false),
                ALL,
                onFirstTaskOf(
                    "p1",
                    new TaskReports(),
                    () -> {
                      kill(first);
                      kill(second);
                    }))) {
      assertThatThrownBy(() -> ScheduledCluster.rows(stream))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.NO_WORKERS));
    }
  }

  @Test
  void aTaskOfAFrozenWorkerIsRunASecondTime() throws Exception {
    TaskReports reports = new TaskReports();
    // Only the second run can end the query: the worker counts as alive all the while.
    try (ScheduledCluster cluster =
            new ScheduledCluster(directory, file, 0, Duration.ofMinutes(10));
        WorkerProcess first = cluster.startProcess("p1");
        WorkerProcess second = cluster.startProcess("p2");
        BatchStream stream =
            cluster.open(scan(false), ALL, onFirstTaskOf("p1", reports, () -> freeze(first)))) {
      assertThat(ScheduledCluster.rows(stream)).isEqualTo(cluster.oracle(ALL));
      assertThat(second).isNotNull();
    }
    assertThat(reports.all())
        .anyMatch(r -> r.speculative() && r.worker().equals("p2") && r.outcome() == Outcome.DONE)
        .anyMatch(r -> r.worker().equals("p1") && r.outcome() == Outcome.SUPERSEDED);
  }
}

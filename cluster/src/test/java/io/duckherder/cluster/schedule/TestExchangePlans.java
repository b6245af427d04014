package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.QueryPlan;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plans of several stages whose rows stay on the workers in between. */
@Timeout(180)
final class TestExchangePlans {
  /** Runs of tasks that {@link ExchangePlans#combined} needs. */
  private static final int TASKS = ExchangePlans.SCANS + ExchangePlans.BUCKETS + 2;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file = ExchangePlans.database(directory.resolve("db.duckdb"));
  }

  private ScheduledCluster cluster(int workers) {
    return new ScheduledCluster(directory, file, workers);
  }

  private static String sorted(String sql) {
    return "SELECT * FROM (" + sql + ") ORDER BY ALL";
  }

  @Test
  void rowsGoFromStageToStageByBucketsOrWhole() throws Exception {
    for (int workers : new int[] {1, 3}) {
      try (ScheduledCluster cluster = cluster(workers)) {
        assertThat(cluster.rows(ExchangePlans.byBuckets(), ExchangePlans.GROUPS))
            .containsExactlyInAnyOrderElementsOf(cluster.oracle(ExchangePlans.GROUPS));
        assertThat(cluster.rows(ExchangePlans.broadcast(), ExchangePlans.JOINED))
            .containsExactlyInAnyOrderElementsOf(cluster.oracle(ExchangePlans.JOINED));
        assertThat(cluster.rows(ExchangePlans.sortedGroups(), ExchangePlans.GROUPS))
            .isEqualTo(cluster.oracle(ExchangePlans.SORTED));
        assertThat(cluster.rows(ExchangePlans.combined(), ExchangePlans.GROUPS))
            .isEqualTo(cluster.oracle(sorted(ExchangePlans.GROUPS)));
      }
    }
  }

  @Test
  void stagesWithoutTasksHaveNoRows() throws Exception {
    try (ScheduledCluster cluster = cluster(1)) {
      assertThat(cluster.rows(ExchangePlans.withoutTasks(true), ExchangePlans.GROUPS)).isEmpty();
      assertThat(cluster.rows(ExchangePlans.withoutTasks(false), ExchangePlans.GROUPS)).isEmpty();
    }
  }

  @Test
  void eachTaskIsReportedWithItsRows() throws Exception {
    TaskReports reports = new TaskReports();
    try (ScheduledCluster cluster = cluster(2);
        BatchStream stream =
            cluster.open(ExchangePlans.combined(), ExchangePlans.GROUPS, reports)) {
      assertThat(ScheduledCluster.rows(stream)).hasSize(20_000);
    }
    assertThat(reports.all()).hasSize(TASKS).allMatch(report -> report.outcome() == Outcome.DONE);
    for (int stage : new int[] {1, 2}) {
      assertThat(
              reports.all().stream()
                  .filter(report -> report.stage() == stage)
                  .mapToLong(TaskReport::rows)
                  .sum())
          .isEqualTo(20_000);
    }
    assertThat(reports.workers()).containsExactly("w1", "w2");
  }

  /** Does something after a number of runs of tasks ended. */
  private static TaskListener after(int ended, TaskReports reports, Runnable action) {
    AtomicInteger count = new AtomicInteger();
    return report -> {
      reports.ended(report);
      if (count.incrementAndGet() == ended) {
        action.run();
      }
    };
  }

  /** Does something after the first task of a stage was done by a worker. */
  private static TaskListener afterFirst(
      int stage, String worker, TaskReports reports, Runnable action) {
    AtomicInteger count = new AtomicInteger();
    return report -> {
      reports.ended(report);
      if (report.worker().equals(worker)
          && report.stage() == stage
          && report.outcome() == Outcome.DONE
          && count.getAndIncrement() == 0) {
        action.run();
      }
    };
  }

  @Test
  void whatALostWorkerKeptIsMadeAgain() throws Exception {
    // It counts as alive all the while: those who miss its rows have to notice.
    try (ScheduledCluster cluster =
        new ScheduledCluster(directory, file, 1, Duration.ofMinutes(10))) {
      for (int stage : new int[] {0, 1}) {
        loseAfterFirst(stage, cluster, WorkerProcess::kill);
      }
    }
  }

  @Test
  void whatAFrozenWorkerKeptIsMadeAgainOnceItIsOut() throws Exception {
    try (ScheduledCluster cluster = cluster(1)) {
      loseAfterFirst(1, cluster, WorkerProcess::freeze);
    }
  }

  /** Something that happens to a worker. */
  @FunctionalInterface
  private interface Loss {
    void happenTo(WorkerProcess worker) throws InterruptedException;
  }

  /**
   * Loses a worker as soon as it did a task of a stage, until what it kept was missed: it may be so
   * slow to start that the other one does all, or be lost when its rows were read already.
   */
  private static void loseAfterFirst(int stage, ScheduledCluster cluster, Loss loss)
      throws Exception {
    boolean missed = false;
    for (int i = 0; i < 10 && !missed; i++) {
      TaskReports reports = new TaskReports();
      String id = "p" + stage + i;
      try (WorkerProcess worker = cluster.startProcess(id)) {
        warmUp(cluster, id);
        try (BatchStream stream =
            cluster.open(
                ExchangePlans.combined(),
                ExchangePlans.GROUPS,
                afterFirst(stage, id, reports, () -> lose(worker, loss)))) {
          assertThat(ScheduledCluster.rows(stream))
              .isEqualTo(cluster.oracle(sorted(ExchangePlans.GROUPS)));
        }
      }
      missed =
          reports.all().stream()
                  .filter(r -> r.stage() == stage && r.outcome() == Outcome.DONE)
                  .count()
              > (stage == 0 ? ExchangePlans.SCANS : ExchangePlans.BUCKETS);
    }
    assertThat(missed).as("what a worker kept of stage %s was made again", stage).isTrue();
  }

  private static void warmUp(ScheduledCluster cluster, String worker) {
    TaskReports reports = new TaskReports();
    while (!reports.workers().contains(worker)) {
      try (BatchStream stream =
          cluster.open(ExchangePlans.byBuckets(), ExchangePlans.GROUPS, reports)) {
        assertThat(ScheduledCluster.rows(stream)).isNotEmpty();
      }
    }
  }

  private static void lose(WorkerProcess worker, Loss loss) {
    try {
      loss.happenTo(worker);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void cancelEndsEachPhase() throws Exception {
    for (QueryPlan plan :
        new QueryPlan[] {ExchangePlans.combined(), ExchangePlans.sortedGroups()}) {
      for (int ended = 1; ended <= ExchangePlans.SCANS + 1; ended++) {
        AtomicReference<BatchStream> opened = new AtomicReference<>();
        CountDownLatch open = new CountDownLatch(1);
        TaskListener listener =
            after(
                ended,
                new TaskReports(),
                () -> {
                  await(open);
                  opened.get().cancel();
                });
        try (ScheduledCluster cluster = cluster(2);
            BatchStream stream = cluster.open(plan, ExchangePlans.GROUPS, listener)) {
          opened.set(stream);
          open.countDown();
          assertThatThrownBy(() -> ScheduledCluster.rows(stream))
              .isInstanceOfSatisfying(
                  DuckherderException.class,
                  e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
        }
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aReaderThatGoesAwayLeavesNothing() throws Exception {
    try (ScheduledCluster cluster = cluster(2)) {
      for (QueryPlan plan :
          new QueryPlan[] {
            ExchangePlans.combined(), ExchangePlans.sortedGroups(), ExchangePlans.byBuckets()
          }) {
        try (BatchStream unread = cluster.open(plan, ExchangePlans.GROUPS, report -> {})) {
          assertThat(unread).isNotNull();
        }
        try (BatchStream stream = cluster.open(plan, ExchangePlans.GROUPS, report -> {})) {
          assertThat(stream.next()).isTrue();
        }
      }
    }
  }
}

package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.plan.QueryPlan;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lost rows that are others when they are made again: each lies in a random bucket. A task that
 * read the old ones beside one that reads the new ones would count some twice and miss some.
 */
@Timeout(300)
final class TestUnrepeatableStages {
  private static final int TRIES = 10;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file = ExchangePlans.database(directory.resolve("db.duckdb"));
  }

  private ScheduledCluster cluster() {
    // A worker counts as alive all the while: those who miss its rows have to notice.
    return new ScheduledCluster(directory, file, 1, Duration.ofMinutes(10));
  }

  @Test
  void allThatWasMadeOfLostRowsIsMadeAgain() throws Exception {
    try (ScheduledCluster cluster = cluster()) {
      losesRows(cluster, ExchangePlans.scattered());
    }
  }

  @Test
  void rowsThatTheDriverHoldsAreMadeAgainToo() throws Exception {
    try (ScheduledCluster cluster = cluster()) {
      losesRows(cluster, ExchangePlans.scatteredAndCombined());
    }
  }

  @Test
  void anAnswerThatWouldMixThemWaitsForAllItsTasks() throws Exception {
    try (ScheduledCluster cluster = cluster()) {
      losesRows(cluster, ExchangePlans.scatteredInParts());
    }
  }

  /** Loses a worker after its first task that read such rows, until others missed them. */
  private static void losesRows(ScheduledCluster cluster, QueryPlan plan) throws Exception {
    boolean missed = false;
    for (int i = 0; i < TRIES && !missed; i++) {
      TaskReports reports = new TaskReports();
      String id = "p" + i;
      AtomicBoolean first = new AtomicBoolean();
      try (WorkerProcess worker = cluster.startProcess(id);
          BatchStream stream =
              cluster.open(
                  plan,
                  ExchangePlans.COUNT,
                  report -> {
                    reports.ended(report);
                    if (report.stage() == 1
                        && report.outcome() == Outcome.DONE
                        && report.worker().equals(id)
                        && first.compareAndSet(false, true)) {
                      kill(worker);
                    }
                  })) {
        assertThat(
                ScheduledCluster.rows(stream).stream()
                    .mapToLong(row -> Long.parseLong(row.get(0)))
                    .sum())
            .isEqualTo(ExchangePlans.ROWS);
      }
      long scans =
          reports.all().stream().filter(r -> r.stage() == 0 && r.outcome() == Outcome.DONE).count();
      missed = scans > ExchangePlans.SCANS;
      assertThat(scans).isIn((long) ExchangePlans.SCANS, 2L * ExchangePlans.SCANS);
    }
    assertThat(missed).as("rows were made again").isTrue();
  }

  private static void kill(WorkerProcess worker) {
    try {
      worker.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

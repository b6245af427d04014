package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.QueryPlan;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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
        assertThat(ScheduledCluster.rows(stream))
            .containsExactly(List.of(String.valueOf(ExchangePlans.ROWS)));
      }
      long scans =
          reports.all().stream().filter(r -> r.stage() == 0 && r.outcome() == Outcome.DONE).count();
      missed = scans > ExchangePlans.SCANS;
      assertThat(scans).isIn((long) ExchangePlans.SCANS, 2L * ExchangePlans.SCANS);
    }
    assertThat(missed).as("rows were made again").isTrue();
  }

  @Test
  void whatTheClientHasCannotBeMadeAgain() throws Exception {
    boolean missed = false;
    try (ScheduledCluster cluster = cluster()) {
      for (int i = 0; i < TRIES && !missed; i++) {
        try (WorkerProcess worker = cluster.startProcess("p" + i);
            BatchStream stream =
                cluster.open(ExchangePlans.scatteredInParts(), ExchangePlans.COUNT, report -> {})) {
          assertThat(stream.next()).isTrue();
          long rows = Long.parseLong(String.valueOf(stream.root().getVector(0).getObject(0)));
          kill(worker);
          for (List<String> row : ScheduledCluster.rows(stream)) {
            rows += Long.parseLong(row.get(0));
          }
          assertThat(rows).isEqualTo(ExchangePlans.ROWS);
        } catch (DuckherderException e) {
          assertThat(e.code()).as(e.text()).isEqualTo(StandardErrorCode.STREAM_BROKEN);
          assertThat(e.text()).contains("stage 0 (scatter)", "part of the answer was given");
          missed = true;
        }
      }
    }
    assertThat(missed).as("rows were missed").isTrue();
  }

  private static void kill(WorkerProcess worker) {
    try {
      worker.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in processes of their own, killed in the middle. */
final class TestWorkerLoss {
  private static final long ROWS = 4_000_000;

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

  private ClusterRunner driver() {
    return ClusterRunner.builder(directory.resolve("spill"))
        .database("db", file)
        .workers(0)
        .workerTimeout(Duration.ofSeconds(3))
        .build();
  }

  @Test
  void aScanGoesOnWhenAWorkerIsKilled() throws Exception {
    try (ClusterRunner cluster = driver();
        WorkerProcess first = WorkerProcess.start("p1", cluster.driver().port(), directory);
        WorkerProcess second = WorkerProcess.start("p2", cluster.driver().port(), directory);
        FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT i, s FROM t WHERE i % 2 = 0");
      long rows = 0;
      long next = 0;
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {
          BigIntVector numbers = (BigIntVector) stream.getRoot().getVector(0);
          for (int i = 0; i < stream.getRoot().getRowCount(); i++, next += 2) {
            assertThat(numbers.get(i)).isEqualTo(next);
          }
          rows += stream.getRoot().getRowCount();
          if (next > ROWS / 10) {
            first.kill();
          }
        }
      }
      assertThat(rows).isEqualTo(ROWS / 2);
      assertThat(second).isNotNull();
    }
  }

  @Test
  void aQueryStartsElsewhereWhenItsWorkerIsGone() throws Exception {
    try (ClusterRunner cluster = driver();
        WorkerProcess first = WorkerProcess.start("p1", cluster.driver().port(), directory);
        WorkerProcess second = WorkerProcess.start("p2", cluster.driver().port(), directory);
        Connection client = cluster.connect()) {
      assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("7999998000000");
      first.kill();
      for (int i = 0; i < 4; i++) {
        assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("7999998000000");
      }
      second.kill();
      assertThatThrownBy(() -> Rows.one(client, "SELECT sum(i) FROM t"))
          .isInstanceOf(SQLException.class);
      try (WorkerProcess third = WorkerProcess.start("p1", cluster.driver().port(), directory)) {
        assertThat(third).isNotNull();
        assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo(String.valueOf(ROWS));
      }
    }
  }

  @Test
  void withoutAWorkerTheErrorSaysSo() throws Exception {
    try (ClusterRunner cluster = driver();
        FlightSqlClient flight = cluster.client()) {
      assertThatThrownBy(() -> flight.execute("SELECT count(*) FROM t"))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e ->
                  assertThat(FlightErrors.fromFlight(e, "driver").code())
                      .isEqualTo(StandardErrorCode.NO_WORKERS));
    }
  }
}

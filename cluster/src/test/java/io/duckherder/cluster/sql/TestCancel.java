package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.worker.server.WorkerServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestCancel {
  /** Takes minutes if nobody stops it. */
  private static final String LONG =
      "SELECT count(*) FROM t a, t b, t c WHERE hash(a.i, b.i, c.i) = 1";

  @TempDir Path directory;
  private ClusterRunner cluster;
  private WorkerServer worker;

  @BeforeEach
  void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, repeat('x', 100) AS s FROM range(3000000)");
    cluster =
        ClusterRunner.builder(directory.resolve("spill")).database("db", file).workers(0).build();
    worker = cluster.startWorker("w1");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private void assertIdle() throws SQLException {
    await(() -> worker.runningFragments() == 0);
    await(() -> cluster.driver().status().queries().isEmpty());
    try (Connection client = cluster.connect()) {
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("3000000");
    }
  }

  @Test
  void cancelledByAction() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute(LONG);
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        await(() -> worker.runningFragments() == 1);
        assertThat(flight.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
            .isEqualTo(CancelStatus.CANCELLING);
        assertThatThrownBy(stream::next).hasMessageContaining("The query was cancelled");
      }
    }
    assertIdle();
  }

  @Test
  void cancelledWhileTheClientDoesNotRead() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT * FROM t");
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
        assertThat(flight.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
            .isEqualTo(CancelStatus.CANCELLING);
        assertIdle();
        assertThatThrownBy(
                () -> {
                  while (stream.next()) {}
                })
            .hasMessageContaining("The query was cancelled");
      }
    }
  }

  @Test
  void cancelledBeforeItIsRead() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute(LONG);
      assertThat(cluster.driver().status().queries()).hasSize(1);
      assertThat(flight.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      assertThat(flight.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.NOT_CANCELLABLE);
    }
    assertIdle();
  }

  @Test
  void aClientThatStopsReadingStopsTheWork() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT * FROM t");
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
    }
    assertIdle();
  }

  @Test
  void jdbcClosesInTheMiddle() throws Exception {
    try (Connection client = cluster.connect();
        Statement statement = client.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM t")) {
      assertThat(result.next()).isTrue();
    }
    assertIdle();
  }

  @Test
  void theDriverStopsBesideAClientThatDoesNotRead() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo info = flight.execute("SELECT * FROM t");
      try (FlightStream stream = flight.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
        cluster.driver().close();
        assertThatThrownBy(
                () -> {
                  while (stream.next()) {}
                })
            .isInstanceOf(RuntimeException.class);
      }
    }
  }
}

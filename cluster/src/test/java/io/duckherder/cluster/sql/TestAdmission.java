package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import io.duckherder.worker.server.WorkerServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestAdmission {
  /** Takes minutes if nobody stops it. */
  private static final String LONG =
      "SELECT count(*) FROM t a, t b, t c WHERE hash(a.i, b.i, c.i) = 1";

  private static final String SHORT = "SELECT count(*) FROM t WHERE i % 2 = 0";

  private static final String HISTORY = "SELECT state FROM duckherder_get_query_history()";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private ClusterRunner cluster;
  private WorkerServer worker;

  @BeforeEach
  void prepare() throws SQLException {
    Rows.file(
        directory.resolve("db.duckdb"),
        "CREATE TABLE t AS SELECT range AS i FROM range(3000000)",
        "CREATE TABLE small AS SELECT range AS i FROM range(10)");
  }

  private void start(QueryConfig config) {
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", directory.resolve("db.duckdb"))
            .queries(config)
            .workers(0)
            .build();
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

  private List<String> states() {
    return cluster.driver().status().queries().stream().map(query -> query.state()).toList();
  }

  private static FlightStream read(FlightSqlClient client, FlightInfo info) {
    return client.getStream(info.getEndpoints().get(0).getTicket());
  }

  private static void cancel(FlightSqlClient client, FlightInfo info) {
    client.cancelFlightInfo(new CancelFlightInfoRequest(info));
  }

  private void assertIdle() throws SQLException {
    await(() -> worker.runningFragments() == 0);
    await(() -> cluster.driver().status().queries().isEmpty());
    try (Connection client = cluster.connect()) {
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("3000000");
    }
  }

  @Test
  void aQueryThatWaitsSaysSoAndRunsWhenAnotherEnds() throws Exception {
    start(QueryConfig.DEFAULT.withMaxQueries(1).withQueueTimeout(PATIENCE));
    try (FlightSqlClient flight = cluster.client();
        Connection other = cluster.connect()) {
      FlightInfo first = flight.execute(LONG);
      FlightInfo second = flight.execute(SHORT);
      assertThat(states()).containsExactly("waiting", "waiting");
      try (FlightStream running = read(flight, first)) {
        await(() -> worker.runningFragments() > 0);
        try (FlightStream queued = read(flight, second)) {
          await(() -> states().equals(List.of("running", "queued")));
          assertThat(Rows.of(other, HISTORY + " ORDER BY start_time").toString())
              .isEqualTo("[[running], [queued]]");
          cancel(flight, first);
          assertThat(queued.next()).isTrue();
          assertThat(queued.getRoot().getVector(0).getObject(0)).isEqualTo(1_500_000L);
          assertThat(queued.next()).isFalse();
        }
      }
      assertThat(
              Rows.one(
                  other,
                  "SELECT queue_ms > 0 FROM duckherder_get_query_execution_stats()"
                      + " WHERE sql = '"
                      + SHORT
                      + "'"))
          .isEqualTo("true");
    }
    assertIdle();
  }

  @Test
  void aQueryThatWaitsForTooLongFailsAndMayBeTriedAgain() throws Exception {
    start(QueryConfig.DEFAULT.withMaxQueries(1).withQueueTimeout(Duration.ofMillis(50)));
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo first = flight.execute(LONG);
      FlightInfo second = flight.execute(SHORT);
      try (FlightStream running = read(flight, first)) {
        await(() -> worker.runningFragments() > 0);
        try (FlightStream queued = read(flight, second)) {
          assertThatThrownBy(queued::next)
              .isInstanceOfSatisfying(
                  FlightRuntimeException.class,
                  e -> {
                    DuckherderException error = FlightErrors.fromFlight(e, "driver");
                    assertThat(error.code()).isEqualTo(StandardErrorCode.QUEUE_TIMEOUT);
                    assertThat(error).hasMessageContaining("queued for 50 ms");
                  });
        }
        try (Connection other = cluster.connect()) {
          assertThat(Rows.of(other, HISTORY + " WHERE error LIKE 'QUEUE_TIMEOUT: %'").toString())
              .isEqualTo("[[failed]]");
        }
        cancel(flight, first);
      }
    }
    assertIdle();
  }

  @Test
  void aQueuedQueryIsCancelled() throws Exception {
    start(QueryConfig.DEFAULT.withMaxQueries(1).withQueueTimeout(PATIENCE));
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo first = flight.execute(LONG);
      FlightInfo second = flight.execute(SHORT);
      FlightInfo third = flight.execute("SELECT sum(hash(i)) FROM t");
      try (FlightStream running = read(flight, first)) {
        await(() -> states().get(0).equals("running"));
        try (FlightStream queued = read(flight, second);
            FlightStream gone = read(flight, third)) {
          await(() -> states().equals(List.of("running", "queued", "queued")));
          cancel(flight, second);
          assertThatThrownBy(queued::next).hasMessageContaining("cancelled");
          gone.cancel("enough", null);
          await(() -> states().equals(List.of("running")));
          cancel(flight, first);
        }
      }
    }
    assertIdle();
  }

  @Test
  void shortQueriesDoNotWaitForLongOnes() throws Exception {
    start(QueryConfig.DEFAULT.withMaxQueries(1).withQueueTimeout(PATIENCE));
    try (FlightSqlClient flight = cluster.client();
        Connection other = cluster.connect()) {
      FlightInfo first = flight.execute(LONG);
      try (FlightStream running = read(flight, first)) {
        await(() -> worker.runningFragments() > 0);
        assertThat(Rows.one(other, "SELECT 42")).isEqualTo("42");
        assertThat(Rows.one(other, "SELECT count(*) FROM duckdb_tables()")).isEqualTo("2");
        assertThat(Rows.one(other, "SELECT i FROM small WHERE i > 8")).isEqualTo("9");
        assertThat(Rows.one(other, "SELECT duckherder_get_worker_count()")).isEqualTo("1");
        cancel(flight, first);
      }
    }
    assertIdle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EXPLAIN ANALYZE "})
  void whoKnowsItsIdCancelsAQuery(String explain) throws Exception {
    start(QueryConfig.DEFAULT);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (Connection client = cluster.connect();
        Connection other = cluster.connect()) {
      Future<String> answer = executor.submit(() -> Rows.one(client, explain + LONG));
      await(() -> worker.runningFragments() > 0);
      String id =
          Rows.one(other, "SELECT id FROM duckherder_get_query_history() WHERE state = 'running'");
      assertThat(Rows.one(other, "CALL duckherder_cancel('" + id + "')")).isEqualTo("true");
      assertThatThrownBy(answer::get).hasMessageContaining("The query was cancelled");
      await(() -> worker.runningFragments() == 0);
      assertThat(Rows.one(other, "SELECT duckherder_cancel('" + id + "')")).isEqualTo("false");
      assertThat(Rows.of(other, HISTORY + " WHERE id = '" + id + "'").toString())
          .isEqualTo("[[cancelled]]");
    } finally {
      executor.shutdownNow();
    }
    assertIdle();
  }
}

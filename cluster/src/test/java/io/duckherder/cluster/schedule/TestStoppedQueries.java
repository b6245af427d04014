package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.DriverProcess;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.membership.WorkerLink;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.FlightClients;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of queries that end before their time. */
@Timeout(180)
final class TestStoppedQueries {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDatabase() throws SQLException {
    file = ExchangePlans.database(directory.resolve("db.duckdb"));
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void cancelStopsAStageInTheMiddleAndDropsWhatWasKept() throws Exception {
    CountDownLatch kept = new CountDownLatch(1);
    // A statement that ran on would keep its query on the worker until the end of the test.
    try (ScheduledCluster cluster = new ScheduledCluster(directory, file, 1);
        BatchStream stream =
            cluster.open(
                ExchangePlans.endless(), ExchangePlans.COUNT, report -> kept.countDown())) {
      CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(stream::next);
      kept.await();
      await(() -> cluster.server(0).runningFragments() == 1);
      stream.cancel();
      assertThatThrownBy(reading::join)
          .cause()
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.QUERY_CANCELLED));
      await(() -> cluster.server(0).runningFragments() == 0);
      await(() -> cluster.server(0).queries() == 0);
    }
  }

  @Test
  void nothingIsLeftOfAKilledDriver() throws Exception {
    Path spill = directory.resolve("spill");
    EngineConfig forgetful =
        new EngineConfig(
            "1GiB",
            1,
            directory.resolve("worker"),
            "",
            List.of(),
            Duration.ZERO,
            OptionalInt.empty(),
            Duration.ofSeconds(2));
    try (RootAllocator allocator = new RootAllocator();
        WorkerServer worker =
            WorkerServer.start(
                new WorkerServerConfig("w", "127.0.0.1", 0, ClusterRunner.secret(), forgetful));
        DriverProcess driver = DriverProcess.start(file, spill);
        WorkerLink link =
            WorkerLink.start(
                allocator,
                FlightClients.location("grpc://127.0.0.1:" + driver.port()),
                ClusterRunner.secret(),
                ClusterRunner.registration("w", "127.0.0.1:" + worker.port()),
                Duration.ofMillis(500))) {
      assertThat(link).isNotNull();
      CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> ask(driver));
      await(() -> worker.queries() > 0 || asking.isDone());
      assertThat(asking).isNotDone();
      driver.kill();
      List<Path> left = spillFolders(spill);
      assertThat(left).isNotEmpty();
      assertThatThrownBy(asking::join).hasRootCauseInstanceOf(Exception.class);
      await(() -> worker.runningFragments() == 0);
      await(() -> worker.queries() == 0);
      await(() -> Files.notExists(directory.resolve("worker")));
      try (ClusterRunner next =
          ClusterRunner.builder(spill).database("db", file).workers(0).build()) {
        assertThat(next.driver().port()).isPositive();
        assertThat(left).allSatisfy(folder -> assertThat(folder).doesNotExist());
      }
    }
  }

  /** Groups, which workers keep, and compares each with each, which takes them hours. */
  private static void ask(DriverProcess driver) {
    String url = "jdbc:arrow-flight-sql://127.0.0.1:" + driver.port() + "?useEncryption=false";
    String sql =
        "WITH p AS (SELECT g, count(*) AS c FROM t GROUP BY g)"
            + " SELECT a.g, count(*) FROM p a, p b, p c WHERE hash(a.g, b.g, c.g) % 7 = 1"
            + " GROUP BY a.g";
    try (Connection client = DriverManager.getConnection(url);
        Statement statement = client.createStatement()) {
      statement.execute("SET duckherder_execution = 'distributed'");
      Rows.of(client, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> spillFolders(Path spill) throws IOException {
    try (Stream<Path> files = Files.walk(spill)) {
      return files.filter(path -> path.getFileName().toString().startsWith("duckdb-")).toList();
    }
  }
}

package io.duckherder.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.driver.Driver;
import io.duckherder.cluster.driver.DriverConfig;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.worker.server.WorkerServer;
import io.duckherder.worker.server.WorkerServerConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestWorkerLink {
  @TempDir Path directory;
  private final BufferAllocator allocator = new RootAllocator();
  private DriverConfig config;
  private WorkerServer server;

  @BeforeEach
  void start() throws SQLException {
    Path file = Rows.file(directory.resolve("db.duckdb"), "CREATE TABLE t (i INTEGER)");
    config = ClusterRunner.builder(directory.resolve("spill")).database("db", file).config();
    server =
        WorkerServer.start(
            new WorkerServerConfig(
                "w1",
                "127.0.0.1",
                0,
                config.clusterSecret(),
                ClusterRunner.engine(directory.resolve("w1"))));
  }

  @AfterEach
  void stop() {
    server.close();
    allocator.close();
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private WorkerLink link(Location driver, String secret, String address) {
    return WorkerLink.start(
        allocator,
        driver,
        secret,
        ClusterRunner.registration("w1", address),
        Duration.ofMillis(100));
  }

  @Test
  void registersAgainWhenTheDriverWasRestarted() {
    Driver first = Driver.start(config);
    int port = first.port();
    String address = "127.0.0.1:" + server.port();
    try (WorkerLink link = link(first.location(), config.clusterSecret(), address)) {
      assertThat(first.membership().live()).hasSize(1);
      first.close();
      DriverConfig again =
          new DriverConfig(
              config.host(),
              port,
              config.databases(),
              config.managed(),
              config.token(),
              config.clusterSecret(),
              config.engine(),
              config.workerTimeout(),
              config.ticketValidity(),
              config.sessionTimeout(),
              config.queries(),
              config.staging());
      try (Driver second = Driver.start(again)) {
        await(() -> second.membership().live().size() == 1);
        assertThat(link).isNotNull();
      }
    }
  }

  @Test
  void leavesWhenItIsClosed() {
    try (Driver driver = Driver.start(config)) {
      link(driver.location(), config.clusterSecret(), "127.0.0.1:" + server.port()).close();
      assertThat(driver.membership().live()).isEmpty();
    }
  }

  @Test
  void theDriverNamesAnEndpointThatItCannotReach() {
    try (Driver driver = Driver.start(config)) {
      assertThatThrownBy(() -> link(driver.location(), config.clusterSecret(), "127.0.0.1:1"))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNREACHABLE))
          .hasMessageContaining("127.0.0.1:1");
    }
  }

  @Test
  void aWorkerOfAnotherClusterIsRefused() {
    try (Driver driver = Driver.start(config)) {
      assertThatThrownBy(
              () -> link(driver.location(), "other secret", "127.0.0.1:" + server.port()))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.AUTHENTICATION_FAILED));
    }
  }

  @Test
  void aDriverThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                link(
                    Location.forGrpcInsecure("127.0.0.1", 1),
                    config.clusterSecret(),
                    "127.0.0.1:" + server.port()))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNREACHABLE))
        .hasMessageContaining("127.0.0.1:1");
  }
}

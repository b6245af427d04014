package io.duckherder.cluster.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two drivers at one database: the second is refused while the first lives. */
@Timeout(120)
final class TestSecondDriver {
  @TempDir Path folder;

  @Test
  void theSecondIsRefusedAndTakesOverOnceTheFirstIsKilled() throws Exception {
    Path file = CrashDriver.file(folder);
    try (CrashDriver first = CrashDriver.launch(folder, ClusterRunner.freePort()).awaitReady()) {
      assertInUse(this::second, "another driver has it open; stop that driver first");
      work(first, "CREATE TABLE t AS SELECT 42 AS i", "CHECKPOINT", "INSERT INTO t VALUES (1)");
      // Whoever closes a descriptor of the file drops its locks: seals and refusals must not.
      assertInUse(this::second, "another driver has it open; stop that driver first");
      assertThatThrownBy(() -> DriverManager.getConnection("jdbc:duckdb:" + file))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Conflicting lock");

      // Without the lock on the snapshots there is the one on the file.
      Path store = ManagedDatabases.storeOf(file);
      Path elsewhere = Files.move(store, folder.resolve("elsewhere"));
      assertInUse(this::second, "\"" + file + "\"", "another process has it open");
      Files.delete(store.resolve("lock"));
      Files.delete(store);
      Files.move(elsewhere, store);

      first.kill();
      try (ClusterRunner second = second();
          Connection client = second.connect()) {
        assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("43");
      }
    }
  }

  private ClusterRunner second() {
    return ClusterRunner.builder(folder.resolve("second"))
        .managed(
            ManagedConfig.of(
                Map.of("db", CrashDriver.file(folder)), folder.resolve("second-replicas")))
        .workers(1)
        .build();
  }

  private static void work(CrashDriver driver, String... statements) throws SQLException {
    try (Connection client = driver.connect();
        Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("CALL duckherder_seal()");
    }
  }

  private static void assertInUse(ThrowingCallable start, String... parts) {
    assertThatThrownBy(start)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILE_IN_USE))
        .hasMessageContainingAll(parts);
  }
}

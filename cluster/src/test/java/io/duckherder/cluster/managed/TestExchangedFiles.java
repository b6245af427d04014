package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live files that are exchanged, by a restore or a clone, beside clients that write. */
@Timeout(180)
final class TestExchangedFiles {
  private static final int ROUNDS = 5;
  private static final int WRITERS = 3;

  @TempDir Path directory;
  private ClusterRunner cluster;

  @BeforeEach
  void start() {
    ManagedConfig usual =
        ManagedConfig.of(
            Map.of("sales", directory.resolve("sales.duckdb")), directory.resolve("replicas"));
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .workers(1)
            .managed(
                new ManagedConfig(
                    usual.databases(),
                    usual.storageVersion(),
                    usual.sealInterval(),
                    usual.walLimit(),
                    Duration.ofMinutes(1),
                    usual.transactionLimit(),
                    usual.endOldTransactions(),
                    usual.retention(),
                    usual.replicas(),
                    usual.replicaSpace()))
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static void run(Connection client, String sql) {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  void writersBesideRestoresGoOnWithTheNewFiles() throws Exception {
    try (Connection client = cluster.connect();
        Connection restorer = cluster.connect()) {
      run(client, "CREATE TABLE t (i INTEGER)");
      String empty = seal(client);
      AtomicBoolean done = new AtomicBoolean();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(CompletableFuture.runAsync(() -> write(done)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        run(client, "BEGIN");
        run(client, "INSERT INTO t VALUES (2)");
        CompletableFuture<Void> restore =
            CompletableFuture.runAsync(
                () -> run(restorer, "CALL duckherder_restore('" + empty + "')"));
        run(client, "COMMIT");
        restore.get(2, TimeUnit.MINUTES);
      }
      done.set(true);
      for (CompletableFuture<Void> writer : writers) {
        writer.get(2, TimeUnit.MINUTES);
      }
      assertThat(Rows.one(client, "SELECT count(*) FROM t WHERE i = 3"))
          .isEqualTo(String.valueOf(WRITERS));
    }
  }

  /** Writes until it is done, and one row more. */
  private void write(AtomicBoolean done) {
    try (Connection client = cluster.connect()) {
      while (!done.get()) {
        run(client, "INSERT INTO t VALUES (1)");
      }
      run(client, "INSERT INTO t VALUES (3)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void transactionThatEndsBesideAClone() throws Exception {
    try (Connection holder = cluster.connect();
        Connection cloner = cluster.connect()) {
      run(holder, "CREATE TABLE t AS SELECT 1 AS i");
      String number = seal(holder);
      for (int round = 1; round <= ROUNDS; round++) {
        String name = "copy" + round;
        run(holder, "BEGIN");
        run(holder, "INSERT INTO t VALUES (2)");
        CompletableFuture<Void> clone =
            CompletableFuture.runAsync(
                () ->
                    run(
                        cloner,
                        "CALL duckherder_clone('sales', '%s', '%s')".formatted(number, name)));
        run(holder, "COMMIT");
        clone.get(2, TimeUnit.MINUTES);
        assertThat(Rows.one(holder, "SELECT count(*) FROM " + name + ".t")).isEqualTo("1");
        assertThat(Rows.one(holder, "SELECT count(*) FROM t")).isEqualTo(String.valueOf(1 + round));
      }
    }
  }

  /** The number of a snapshot that holds all. */
  private static String seal(Connection client) throws SQLException {
    return Rows.of(client, "CALL duckherder_seal()").get(0).get(1);
  }
}

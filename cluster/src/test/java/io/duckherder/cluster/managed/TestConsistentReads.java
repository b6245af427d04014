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
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients move amounts between the rows of two tables while others ask for the sum over both, which
 * every transaction keeps. {@code -Dduckherder.seconds} says for how long, {@code
 * -Dduckherder.seed} what they do.
 */
final class TestConsistentReads {
  /** More than two row groups, so that workers share the tables. */
  private static final int ROWS = 300_000;

  private static final int WRITERS = 3;
  private static final int READERS = 2;
  private static final List<String> MODES = List.of("auto", "distributed", "single");
  private static final List<String> SUMS =
      List.of(
          "SELECT sum(a.amount) + sum(b.amount) FROM a JOIN b USING (id)",
          "SELECT sum(amount) FROM (SELECT amount FROM a UNION ALL SELECT amount FROM b)",
          "SELECT (SELECT sum(amount) FROM a) + (SELECT sum(amount) FROM b)");

  private final long seed = Long.getLong("duckherder.seed", System.nanoTime());
  private final long seconds = Long.getLong("duckherder.seconds", 8);
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger inserts = new AtomicInteger();

  @TempDir Path directory;

  private ManagedConfig config() {
    return new ManagedConfig(
        Map.of("db", directory.resolve("db.duckdb")),
        "v1.5.0",
        Duration.ofMillis(500),
        4L << 20,
        Duration.ofSeconds(20),
        Duration.ofMinutes(10),
        false,
        new ManagedConfig.RetentionConfig(Duration.ofSeconds(1), 3),
        directory.resolve("replicas"),
        OptionalLong.empty());
  }

  @Test
  void noReadIsAMixture() throws Exception {
    System.out.println("Writers and readers by -Dduckherder.seed=" + seed);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ClusterRunner cluster =
        ClusterRunner.builder(directory.resolve("spill")).managed(config()).build()) {
      try (Connection client = cluster.connect()) {
        for (String table : List.of("a", "b")) {
          run(
              client,
              "CREATE TABLE %s AS SELECT range AS id, 10 AS amount FROM range(%d)"
                  .formatted(table, ROWS));
        }
        run(client, "CREATE TABLE own (writer INTEGER, commits INTEGER)");
      }
      CompletionService<Boolean> running = new ExecutorCompletionService<>(threads);
      List<Callable<Boolean>> clients = new ArrayList<>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        clients.add(() -> write(cluster, writer, end));
      }
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed + 100 + i);
        clients.add(() -> read(cluster, random, end));
      }
      clients.forEach(running::submit);
      for (int i = 0; i < clients.size(); i++) {
        running.take().get();
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    System.out.printf("%d commits, %d sums%n", commits.get(), reads.get());
    assertThat(commits.get()).isPositive();
    assertThat(reads.get()).isPositive();
  }

  /** Commits, and looks each time whether it sees that it did. */
  private boolean write(ClusterRunner cluster, int writer, long end) throws SQLException {
    Random random = new Random(seed + writer);
    try (Connection client = cluster.connect()) {
      run(client, "INSERT INTO own VALUES (%d, 0)".formatted(writer));
      int own = 0;
      while (System.nanoTime() < end) {
        if (!move(client, writer, random)) {
          continue;
        }
        own++;
        commits.incrementAndGet();
        String mode = setMode(client, random);
        assertThat(Rows.one(client, "SELECT commits FROM own WHERE writer = " + writer))
            .as("own commits in mode %s, seed %d", mode, seed)
            .isEqualTo(String.valueOf(own));
      }
      return true;
    }
  }

  /** Moves an amount, unless another client is at the same rows. */
  private boolean move(Connection client, int writer, Random random) throws SQLException {
    try {
      run(client, "BEGIN");
      run(client, "UPDATE own SET commits = commits + 1 WHERE writer = " + writer);
      if (random.nextInt(5) == 0) {
        // Many rows at once, which another client may be at as well.
        int from = random.nextInt(ROWS);
        String where = " WHERE id BETWEEN %d AND %d".formatted(from, from + 20_000);
        run(client, "UPDATE a SET amount = amount - 1" + where);
        run(client, "UPDATE b SET amount = amount + 1" + where);
      } else if (random.nextInt(4) == 0) {
        int id = ROWS + inserts.incrementAndGet();
        run(client, "INSERT INTO a SELECT %d, -7 FROM range(1)".formatted(id));
        run(client, "INSERT INTO b SELECT %d, 7 FROM range(1)".formatted(id));
      } else {
        int amount = random.nextInt(10);
        run(client, update("a", -amount, random), update("b", amount, random));
      }
      run(client, "COMMIT");
      return true;
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains("onflict")) {
        throw e;
      }
      run(client, "ROLLBACK");
      return false;
    }
  }

  private static String update(String table, int amount, Random random) {
    return "UPDATE %s SET amount = amount + %d WHERE id = %d"
        .formatted(table, amount, random.nextInt(ROWS));
  }

  private boolean read(ClusterRunner cluster, Random random, long end) throws SQLException {
    try (Connection client = cluster.connect()) {
      while (System.nanoTime() < end) {
        String mode = setMode(client, random);
        String sql = SUMS.get(random.nextInt(SUMS.size()));
        assertThat(Rows.one(client, sql))
            .as("%s in mode %s, seed %d", sql, mode, seed)
            .isEqualTo(String.valueOf(2L * 10 * ROWS));
        reads.incrementAndGet();
      }
      return true;
    }
  }

  private static String setMode(Connection client, Random random) throws SQLException {
    String mode = MODES.get(random.nextInt(MODES.size()));
    run(client, "SET duckherder_execution = '" + mode + "'");
    return mode;
  }

  private static void run(Connection client, String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}

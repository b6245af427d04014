package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.SnapshotFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seals beside bulk inserts, whose blocks are in the file before they are committed. */
final class TestConcurrentWrites {
  private static final int ROUNDS = Integer.getInteger("duckherder.rounds", 15);

  /** Held shared by a commit, exclusively by a cut. */
  private final ReentrantReadWriteLock commits = new ReentrantReadWriteLock(true);

  /** Held shared by a transaction, exclusively by a checkpoint. */
  private final ReentrantReadWriteLock transactions = new ReentrantReadWriteLock(true);

  private final AtomicBoolean stopped = new AtomicBoolean();

  @TempDir Path folder;

  @Test
  void everySnapshotHasWholeTransactions() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TestingDatabase database =
        new TestingDatabase(folder, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048")) {
      database.run("CREATE TABLE account AS SELECT range AS i, 100 AS money FROM range(1000)");
      Future<?> bulk = threads.submit(() -> write(database, TestConcurrentWrites::bulk));
      Future<?> small = threads.submit(() -> write(database, TestConcurrentWrites::transfer));
      try {
        for (int round = 0; round < ROUNDS && !bulk.isDone() && !small.isDone(); round++) {
          check(database, seal(database), round);
          if (round % 3 == 2) {
            checkpoint(database);
          }
        }
      } finally {
        stopped.set(true);
        bulk.get();
        small.get();
      }
      assertThat(database.store.snapshots()).hasSizeGreaterThan(ROUNDS / 2);
    } finally {
      threads.shutdown();
    }
  }

  private long seal(TestingDatabase database) {
    Cut cut;
    commits.writeLock().lock();
    try {
      cut = database.store.cut();
    } finally {
      commits.writeLock().unlock();
    }
    return database.store.seal(cut).number();
  }

  private void checkpoint(TestingDatabase database) {
    transactions.writeLock().lock();
    try {
      database.checkpoint();
    } finally {
      transactions.writeLock().unlock();
    }
  }

  private interface Transaction {
    List<String> statements(int number);
  }

  private Void write(TestingDatabase database, Transaction transaction) throws SQLException {
    try (Connection connection = database.duplicate();
        Statement statement = connection.createStatement()) {
      statement.execute("USE db");
      for (int number = 0; !stopped.get(); number++) {
        transactions.readLock().lock();
        try {
          statement.execute("BEGIN");
          for (String sql : transaction.statements(number)) {
            statement.execute(sql);
          }
          commits.readLock().lock();
          try {
            statement.execute(number % 5 == 4 ? "ROLLBACK" : "COMMIT");
          } finally {
            commits.readLock().unlock();
          }
        } finally {
          transactions.readLock().unlock();
        }
      }
      return null;
    }
  }

  /** A new table with rows that tell its name, in the place of an old one. */
  private static List<String> bulk(int number) {
    return List.of(
        "CREATE TABLE bulk%1$d AS SELECT range AS i, md5((range * %1$d)::VARCHAR) AS s FROM range(30000)"
            .formatted(number + 2),
        "DROP TABLE IF EXISTS bulk" + number,
        "DROP TABLE IF EXISTS bulk" + Math.max(0, number - 1));
  }

  private static List<String> transfer(int number) {
    return List.of(
        "UPDATE account SET money = money - 7 WHERE i = " + number % 1000,
        "UPDATE account SET money = money + 7 WHERE i = " + (number * 31 + 1) % 1000);
  }

  private void check(TestingDatabase database, long number, int round) throws SQLException {
    Path copy = folder.resolve("copy" + round + ".duckdb");
    SnapshotFiles.write(database.store.content(number), database.directory, copy);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      TestingDatabase.execute(connection, "ATTACH '%s' AS copied (READ_ONLY)".formatted(copy));
      assertThat(TestingDatabase.query(connection, "SELECT sum(money) FROM copied.account"))
          .as("round %s", round)
          .containsExactly("100000");
      for (String table :
          TestingDatabase.query(
              connection, "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'bulk%'")) {
        String wrong =
            "SELECT count(*), count(*) FILTER (s <> md5((i * %s)::VARCHAR)) FROM copied.%s"
                .formatted(table.substring(4), table);
        assertThat(TestingDatabase.query(connection, wrong))
            .as("%s, round %s", table, round)
            .containsExactly("30000 | 0");
      }
    }
    TestingDatabase.delete(copy);
    TestingDatabase.delete(SnapshotFiles.walOf(copy));
  }
}

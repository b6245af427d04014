package io.duckherder.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** External files on workers that see none of the driver's. */
final class TestFilesOutOfSight {
  private static final String QUERY = "SELECT count(*), sum(i), min(h) FROM t";

  @TempDir private Path directory;

  private Path file;
  private Path replicas;

  @BeforeEach
  void makeDatabase() throws SQLException {
    replicas = directory.resolve("replicas");
    file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT i, hash(i) AS h, hash(i + 1) AS g FROM range(2000000) r(i)");
  }

  @Test
  void workerFetchesFile() throws Exception {
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("far", proxy);
        Connection connection = connect(cluster)) {
      assertThat(answer(connection, QUERY)).isEqualTo(expected());
      assertThat(proxy.received()).isGreaterThan(Files.size(file) * 9 / 10);
      assertThat(copies()).hasSize(1);
      proxy.reset();
      assertThat(answer(connection, "SELECT count(*), sum(i), max(g) FROM t")).isNotEmpty();
      assertThat(proxy.received()).isLessThan(Files.size(file) / 10);
    }
  }

  @Test
  void fileWithLogIsFetched() throws Exception {
    Path source = directory.resolve("source.duckdb");
    Path copy = directory.resolve("logged.duckdb");
    try (Connection writer = DriverManager.getConnection("jdbc:duckdb:" + source);
        Statement statement = writer.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT i, hash(i) AS h FROM range(1000000) r(i)");
      statement.execute("CHECKPOINT");
      statement.execute("SET checkpoint_threshold = '1TB'");
      statement.execute("INSERT INTO t SELECT -i, 0 FROM range(1, 1001) r(i)");
      Files.copy(source, copy);
      Files.copy(Path.of(source + ".wal"), Path.of(copy + ".wal"));
    }
    file = copy;
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("far", proxy);
        Connection connection = connect(cluster)) {
      assertThat(answer(connection, "SELECT count(*), min(i), max(i) FROM t"))
          .isEqualTo("1001000 -1000 999999");
    }
  }

  @Test
  void brokenStreamGoesOn() throws Exception {
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("far", proxy);
        Connection connection = connect(cluster)) {
      proxy.breakAfter(Files.size(file) / 2);
      assertThat(answer(connection, QUERY)).isEqualTo(expected());
      assertThat(proxy.received()).isLessThan(Files.size(file) * 3 / 2);
    }
  }

  @Test
  void byteThatIsDamagedOnTheWayIsFetchedAgain() throws Exception {
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("far", proxy);
        Connection connection = connect(cluster)) {
      proxy.damageNext();
      assertThat(answer(connection, QUERY)).isEqualTo(expected());
      assertThat(answer(connection, "SELECT sum(g), bit_xor(h), count(DISTINCT g) FROM t"))
          .isEqualTo(single("SELECT sum(g), bit_xor(h), count(DISTINCT g) FROM t"));
    }
  }

  @Test
  void workerThatWasKilledGoesOnWhereItWas() throws Exception {
    long size = Files.size(file);
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port())) {
      try (WorkerProcess worker = start("far", proxy);
          Connection connection = connect(cluster)) {
        // What the killed worker had not written yet of it, a part at most, comes again.
        proxy.stopAfter(size * 3 / 4);
        Thread query =
            new Thread(
                () -> {
                  try {
                    answer(connection, QUERY);
                  } catch (SQLException e) {
                    // Its worker is killed.
                  }
                });
        query.start();
        proxy.awaitStopped();
        worker.kill();
        query.join();
      }
      proxy.goOn();
      proxy.reset();
      try (WorkerProcess worker = start("again", proxy);
          Connection connection = connect(cluster)) {
        assertThat(answer(connection, QUERY)).isEqualTo(expected());
        assertThat(proxy.received()).isLessThan(size);
      }
    }
  }

  @Test
  void fileThatChangedIsAnErrorUntilItIsTakenUpAndThenPatched() throws Exception {
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("far", proxy);
        Connection connection = connect(cluster)) {
      assertThat(answer(connection, QUERY)).isEqualTo(expected());
      Path changed = directory.resolve("changed.duckdb");
      Files.copy(file, changed);
      Rows.file(changed, "INSERT INTO t VALUES (-5, 1, 1)");
      Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
      try (WorkerProcess late =
          WorkerProcess.startApart(
              "late", proxy.port(), directory.resolve("late"), directory.resolve("others"))) {
        worker.kill();
        assertThatThrownBy(() -> answer(connection, "SELECT sum(g), min(i), max(h) FROM t"))
            .hasMessageContaining("is not the one that the query was planned on");
        try (Statement statement = connection.createStatement()) {
          statement.execute("CALL duckherder_refresh('db')");
        }
        assertThat(answer(connection, QUERY)).isEqualTo(expected());
        late.kill();
      }
      proxy.reset();
      try (WorkerProcess again = start("again", proxy)) {
        assertThat(answer(connection, "SELECT count(*), min(i), max(g) FROM t"))
            .startsWith("2000001 -5");
        assertThat(proxy.received()).isLessThan(Files.size(file) / 2);
        assertThat(copies()).hasSize(1);
      }
    }
  }

  @Test
  void fullDiskIsAnErrorThatSaysSo() throws Exception {
    try (ClusterRunner cluster = driver();
        Proxy proxy = new Proxy(cluster.driver().port());
        WorkerProcess worker = start("full", proxy);
        Connection connection = connect(cluster)) {
      worker.limitFiles(Files.size(file) / 2);
      assertThatThrownBy(() -> answer(connection, QUERY))
          .hasMessageContaining("Cannot make a replica")
          .hasMessageContaining("free disk space");
      assertThat(copies()).isEmpty();
      worker.limitFiles(Files.size(file) * 2);
      assertThat(answer(connection, QUERY)).isEqualTo(expected());
    }
  }

  private ClusterRunner driver() {
    return ClusterRunner.builder(directory.resolve("spill"))
        .database("db", file)
        .workers(0)
        .workerTimeout(Duration.ofSeconds(3))
        .build();
  }

  private WorkerProcess start(String id, Proxy proxy) throws IOException {
    return WorkerProcess.startApart(id, proxy.port(), directory.resolve(id), replicas);
  }

  private static Connection connect(ClusterRunner cluster) throws SQLException {
    Connection connection = cluster.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET duckherder_execution = 'distributed'");
    }
    return connection;
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.walk(replicas)) {
      return files.filter(path -> path.toString().endsWith(".duckdb")).toList();
    }
  }

  private String expected() throws SQLException {
    return single(QUERY);
  }

  private String single(String query) throws SQLException {
    Path copy = directory.resolve("expected.duckdb");
    try {
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SQLException(e);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + copy)) {
      return answer(connection, query);
    }
  }

  private static String answer(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1) + " " + row.getString(2) + " " + row.getString(3);
    }
  }
}

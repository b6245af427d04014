package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.wire.FlightErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of statement that writes, in {@code writes.sql}: run through the cluster and by one
 * DuckDB, they give the same and leave the same.
 */
@Timeout(300)
final class TestWrites {
  private static final Set<String> COUNTED = Set.of("INSERT", "UPDATE", "DELETE", "MERGE");

  /** What the cluster says otherwise than DuckDB, and why. */
  private static final Map<String, String> SAID_OTHERWISE =
      Map.of(
          "BEGIN", "of the session's, whichever connection it is on",
          "COMMIT", "of the session's, whichever connection it is on",
          "ROLLBACK", "of the session's, whichever connection it is on");

  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection duckdb;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(directory.resolve("cluster"));
    Files.createDirectories(directory.resolve("duckdb"));
    startCluster();
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = duckdb.createStatement()) {
      for (String name : List.of("sales", "stock")) {
        statement.execute(
            "ATTACH '%s' AS %s (STORAGE_VERSION 'v1.5.0')"
                .formatted(directory.resolve("duckdb").resolve(name + ".duckdb"), name));
      }
      statement.execute("USE sales");
      statement.execute("SET autoload_known_extensions = false");
      statement.execute("SET threads = 1");
    }
  }

  private void startCluster() {
    Map<String, Path> databases = new LinkedHashMap<>();
    databases.put("sales", directory.resolve("sales.duckdb"));
    databases.put("stock", directory.resolve("stock.duckdb"));
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .allow(directory.resolve("cluster"))
            .managed(ManagedConfig.of(databases, directory.resolve("replicas")))
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    duckdb.close();
    cluster.close();
  }

  /** What a statement gave: rows, a count, or a failure. */
  private record Outcome(List<List<String>> rows, long count, String failure) {}

  private static Outcome run(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      boolean hasRows = statement.execute(sql);
      if (hasRows) {
        try (ResultSet result = statement.getResultSet()) {
          return new Outcome(Rows.of(result), 0, "");
        }
      }
      boolean counted = COUNTED.contains(keyword(sql));
      return new Outcome(List.of(), counted ? statement.getUpdateCount() : 0, "");
    } catch (SQLException e) {
      return new Outcome(List.of(), 0, String.valueOf(e.getMessage()));
    }
  }

  private static String keyword(String sql) {
    return SqlScript.tokens(sql).get(0).keyword();
  }

  private List<String> script(String folder) throws IOException {
    try (InputStream in = TestWrites.class.getResourceAsStream("writes.sql")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return SqlScript.split(text.replace("${folder}", directory.resolve(folder).toString()));
    }
  }

  @Test
  void statementsDoThroughJdbcWhatTheyDoInDuckDB() throws Exception {
    List<String> differences = new ArrayList<>();
    List<String> expected = script("duckdb");
    List<String> actual = script("cluster");
    try (Connection client = cluster.connect()) {
      for (int i = 0; i < expected.size(); i++) {
        Outcome wanted = run(duckdb, expected.get(i));
        Outcome got = run(client, actual.get(i));
        if (!agree(wanted, got, keyword(actual.get(i)))) {
          differences.add("%s\n  DuckDB: %s\n  cluster: %s".formatted(actual.get(i), wanted, got));
        }
      }
    }
    assertThat(String.join("\n", differences)).isEmpty();
    assertContents();
  }

  /** The same failure, not the same words around it. */
  private boolean agree(Outcome wanted, Outcome got, String keyword) {
    if (wanted.failure().isEmpty()) {
      return wanted.equals(got);
    }
    if (SAID_OTHERWISE.containsKey(keyword)) {
      return !got.failure().isEmpty();
    }
    String kind =
        wanted
            .failure()
            .replaceFirst("\n(?s).*", "")
            .replace(directory.resolve("duckdb").toString(), "");
    return got.failure().replace(directory.resolve("cluster").toString(), "").contains(kind);
  }

  @Test
  void statementsDoThroughFlightSqlWhatTheyDoInDuckDB() throws Exception {
    List<String> differences = new ArrayList<>();
    List<String> expected = script("duckdb");
    List<String> actual = script("cluster");
    try (FlightSqlClient client = cluster.session()) {
      for (int i = 0; i < expected.size(); i++) {
        String failure = run(duckdb, expected.get(i)).failure();
        String wanted = failure.isEmpty() ? "" : DuckDBErrors.codeOf(failure).name();
        String got = codeOf(client, actual.get(i));
        if (!wanted.equals(got)) {
          differences.add(
              "%s\n  DuckDB: %s %s\n  cluster: %s".formatted(actual.get(i), wanted, failure, got));
        }
      }
    }
    assertThat(String.join("\n", differences)).isEmpty();
    assertContents();
  }

  private static String codeOf(FlightSqlClient client, String sql) throws Exception {
    try {
      FlightInfo info = client.execute(sql);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {
          // Only whether it fails is asked here.
        }
      }
      return "";
    } catch (FlightRuntimeException e) {
      DuckherderException failure = FlightErrors.fromFlight(e, "the driver");
      ErrorCode code = failure.code();
      return code.name();
    }
  }

  /** Of the live databases, of their snapshots on workers, and after a restart. */
  private void assertContents() throws Exception {
    Map<String, List<List<String>>> expected = DatabaseContents.of(duckdb);
    try (Connection client = cluster.connect()) {
      assertSame("live", expected, DatabaseContents.of(client));
    }
    try (Connection client = cluster.connect();
        Statement statement = client.createStatement()) {
      statement.execute("SET duckherder_execution = 'distributed'");
      assertSame("sealed", expected, DatabaseContents.of(client));
    }
    cluster.close();
    startCluster();
    try (Connection client = cluster.connect()) {
      assertSame("restarted", expected, DatabaseContents.of(client));
    }
  }

  private static void assertSame(
      String when,
      Map<String, List<List<String>>> expected,
      Map<String, List<List<String>>> actual) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (name, rows) -> {
          if (!rows.equals(actual.get(name))) {
            differences.add(
                "%s%n  DuckDB:  %s%n  cluster: %s"
                    .formatted(name, cut(rows), cut(actual.get(name))));
          }
        });
    assertThat(String.join("\n", differences)).as(when).isEmpty();
    assertThat(actual.keySet()).as(when).isEqualTo(expected.keySet());
  }

  private static String cut(List<List<String>> rows) {
    String text = String.valueOf(rows);
    return text.length() > 2000 ? text.substring(0, 2000) : text;
  }
}

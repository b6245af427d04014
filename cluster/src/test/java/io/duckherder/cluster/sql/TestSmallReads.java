package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that the driver runs itself; the driver's end checks that no row stays allocated. */
final class TestSmallReads {
  private static final int ROUNDS = 3;

  @TempDir Path directory;
  private Path file;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE t AS SELECT range AS i, 'row ' || range AS s FROM range(2000000)",
            "CREATE TABLE few AS SELECT range AS i FROM range(100)",
            "CREATE VIEW dice AS SELECT random() AS r FROM few",
            "CREATE SCHEMA other",
            "CREATE TABLE other.few AS SELECT -1 AS i");
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("db", file).build();
    client = cluster.connect();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private static void run(Connection client, String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Where a query is to run, or was run. */
  private String where(FlightSqlClient flight, String sql) {
    FlightInfo info = flight.execute(sql);
    String where = cluster.driver().status().queries().get(0).where();
    flight.cancelFlightInfo(new CancelFlightInfoRequest(info));
    return where;
  }

  @Test
  void lookupsRunOnTheDriverAndScansOnWorkers() throws SQLException {
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(Rows.one(client, "SELECT s FROM t WHERE i = 1234567")).isEqualTo("row 1234567");
      assertThat(Rows.one(client, "SELECT s FROM t WHERE i = " + 42 * i))
          .isEqualTo("row " + 42 * i);
      assertThat(Rows.of(client, "SELECT s FROM t WHERE i = -1")).isEmpty();
      assertThat(Rows.one(client, "SELECT sum(i) FROM few")).isEqualTo("4950");
    }
    assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("1999999000000");
  }

  @Test
  void whatChangesFromRunToRunIsNotFrozen() throws SQLException {
    for (String expression :
        List.of("random()", "now()", "current_timestamp", "uuid()", "(SELECT max(r) FROM dice)")) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        values.add(Rows.one(client, "SELECT CAST(" + expression + " AS VARCHAR)"));
      }
      assertThat(values).as(expression).doesNotHaveDuplicates();
    }
  }

  @Test
  void sessionsDoNotSeeOneAnother() throws SQLException {
    try (Connection other = cluster.connect()) {
      run(client, "SET VARIABLE v = 5");
      run(client, "SET TimeZone = 'Asia/Tokyo'");
      run(client, "SET default_null_order = 'nulls_first'");
      run(other, "SET search_path = 'other'");
      run(other, "SET TimeZone = 'UTC'");
      for (int i = 0; i < ROUNDS; i++) {
        String hour = "SELECT date_part('hour', TIMESTAMPTZ '2020-01-01 00:00:00Z')";
        assertThat(Rows.one(client, hour)).isEqualTo("9");
        assertThat(Rows.one(other, hour)).isEqualTo("0");
        assertThat(Rows.one(client, "SELECT getvariable('v')")).isEqualTo("5");
        assertThat(Rows.one(other, "SELECT getvariable('v')")).isNull();
        assertThat(Rows.one(client, "SELECT max(i) FROM few")).isEqualTo("99");
        assertThat(Rows.one(other, "SELECT max(i) FROM few")).isEqualTo("-1");
        String nulls =
            "SELECT i FROM (SELECT i FROM few WHERE i = 1 UNION ALL SELECT NULL) ORDER BY i LIMIT 1";
        assertThat(Rows.one(client, nulls)).isNull();
        assertThat(Rows.one(other, nulls.replace("few", "main.few"))).isEqualTo("1");
      }
      run(client, "RESET VARIABLE v");
      assertThat(Rows.one(client, "SELECT getvariable('v')")).isNull();
    }
  }

  @Test
  void temporaryTablesHideOthersInTheirSessionOnly() throws SQLException {
    String sql = "SELECT max(i) FROM few";
    assertThat(Rows.one(client, sql)).isEqualTo("99");
    run(client, "CREATE TEMP TABLE few AS SELECT 7 AS i");
    try (Connection other = cluster.connect()) {
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(Rows.one(client, sql)).isEqualTo("7");
        assertThat(Rows.one(other, sql)).isEqualTo("99");
      }
    }
    run(client, "DROP TABLE temp.few");
    assertThat(Rows.one(client, sql)).isEqualTo("99");
  }

  @Test
  void seedsDoNotLeak() throws SQLException {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Rows.of(client, "SELECT setseed(0.5) FROM few");
      values.add(Rows.one(client, "SELECT max(r)::VARCHAR FROM dice"));
    }
    assertThat(values).doesNotHaveDuplicates();
  }

  @Test
  void aReplacedFileIsAnErrorUntilItIsTakenUp() throws Exception {
    String sql = "SELECT max(i) FROM few";
    assertThat(Rows.one(client, sql)).isEqualTo("99");
    assertThat(Rows.one(client, sql)).isEqualTo("99");
    Path next = Rows.file(directory.resolve("next.duckdb"), "CREATE TABLE few AS SELECT 5 AS i");
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    try (FlightSqlClient flight = cluster.client()) {
      assertThatThrownBy(() -> TestStatements.drain(flight, sql))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e ->
                  assertThat(FlightErrors.fromFlight(e, "driver").code())
                      .isEqualTo(StandardErrorCode.FILE_CHANGED));
    }
    run(client, "CALL duckherder_refresh('db')");
    assertThat(Rows.one(client, sql)).isEqualTo("5");
  }

  @Test
  void errorsAreToldAsEver() throws SQLException {
    for (int i = 0; i < ROUNDS; i++) {
      assertThatThrownBy(() -> Rows.one(client, "SELECT ('x' || i)::INTEGER FROM few"))
          .hasMessageContaining("Could not convert string 'x0'");
      assertThatThrownBy(() -> Rows.one(client, "SELECT nothing FROM few"))
          .hasMessageContaining("nothing");
    }
    assertThat(Rows.one(client, "SELECT count(*) FROM few")).isEqualTo("100");
  }

  @Test
  void settingsAndSizesDecide() throws Exception {
    FlightClient connection =
        FlightClient.builder(cluster.allocator(), cluster.driver().location())
            .intercept(new ClientCookieMiddleware.Factory())
            .build();
    try (FlightSqlClient flight = new FlightSqlClient(connection)) {
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(where(flight, "SELECT max(i) FROM few WHERE i < 50")).isEqualTo("driver");
        assertThat(where(flight, "SELECT s FROM t WHERE i = 42")).isEqualTo("driver");
        assertThat(where(flight, "SELECT s FROM t WHERE i = 1" + i)).isEqualTo("driver");
        assertThat(where(flight, "SELECT s FROM t WHERE s LIKE '%x%'")).isNotEqualTo("driver");
        assertThat(where(flight, "SELECT sum(a.i) FROM few a, few b, few c, few d"))
            .isNotEqualTo("driver");
      }
      flight.executeUpdate("SET duckherder_execution = 'single'");
      assertThat(where(flight, "SELECT max(i) FROM few WHERE i < 50")).isNotEqualTo("driver");
    }
  }

  @Test
  void resultsThatNobodyReadsGoWithTheDriver() throws Exception {
    try (FlightSqlClient flight = cluster.client()) {
      FlightInfo cancelled = flight.execute("SELECT i FROM few");
      flight.cancelFlightInfo(new CancelFlightInfoRequest(cancelled));
      assertThatThrownBy(() -> flight.getStream(cancelled.getEndpoints().get(0).getTicket()).next())
          .hasMessageContaining("run the query again");
      for (int i = 0; i < 10; i++) {
        flight.execute("SELECT i FROM few");
      }
    }
  }

  @Test
  void manyClientsGetTheirOwnRows() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try {
      List<Callable<Void>> loops = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        int number = i;
        loops.add(() -> lookUp(number));
      }
      for (Future<Void> loop : threads.invokeAll(loops)) {
        loop.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void lookUp(int number) throws SQLException {
    try (Connection mine = cluster.connect()) {
      run(mine, "SET VARIABLE mine = " + number);
      for (int i = 0; i < 20; i++) {
        int key = (number * 7919 + i * 104_729) % 2_000_000;
        assertThat(Rows.one(mine, "SELECT s FROM t WHERE i = " + key)).isEqualTo("row " + key);
        assertThat(Rows.one(mine, "SELECT s FROM t WHERE i = 77")).isEqualTo("row 77");
        assertThat(Rows.one(mine, "SELECT getvariable('mine') + 1"))
            .isEqualTo(String.valueOf(number + 1));
      }
    }
    return null;
  }
}

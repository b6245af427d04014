package io.duckherder.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestSessions {
  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    Path sales =
        Rows.file(
            directory.resolve("sales.duckdb"),
            "CREATE SCHEMA east",
            "CREATE TABLE t AS SELECT range AS i FROM range(10)",
            "CREATE TABLE east.t AS SELECT -1 AS i",
            "CREATE TABLE stamps AS SELECT TIMESTAMPTZ '2024-07-01 12:00:00+00' AS moment");
    Path stock = Rows.file(directory.resolve("stock.duckdb"), "CREATE TABLE t AS SELECT 99 AS i");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("sales", sales)
            .database("stock", stock)
            .build();
    client = cluster.connect();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void settingsReachTheWorkers() throws SQLException {
    run("SET TimeZone = 'Asia/Tokyo'");
    assertThat(Rows.one(client, "SELECT moment::VARCHAR FROM stamps"))
        .isEqualTo("2024-07-01 21:00:00+09");
    run("SET TIME ZONE 'America/New_York'");
    assertThat(Rows.one(client, "SELECT moment::VARCHAR FROM stamps"))
        .isEqualTo("2024-07-01 08:00:00-04");
    run("SET integer_division = true");
    assertThat(Rows.one(client, "SELECT max(i) / 2 FROM t")).isEqualTo("4");
    run("RESET integer_division");
    assertThat(Rows.one(client, "SELECT max(i) / 2 FROM t")).isEqualTo("4.5");
  }

  @Test
  void settingsOfOneSessionAreNotThoseOfAnother() throws SQLException {
    run("SET TimeZone = 'Asia/Tokyo'");
    try (Connection other = cluster.connect();
        Statement statement = other.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      assertThat(Rows.one(other, "SELECT moment::VARCHAR FROM stamps"))
          .isEqualTo("2024-07-01 12:00:00+00");
    }
    assertThat(Rows.one(client, "SELECT moment::VARCHAR FROM stamps"))
        .isEqualTo("2024-07-01 21:00:00+09");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET default_collation = 'nocase'",
        "PRAGMA default_collation = nocase",
        "SET default_order = 'desc'",
        "SET default_null_order TO 'nulls_first'",
        "SET old_implicit_casting = true"
      })
  void noSettingReachesAnotherSession(String sql) throws SQLException {
    String all =
        "SELECT 'a' = 'A', (SELECT list(x) FROM (SELECT unnest([1, NULL, 2]) AS x ORDER BY x)),"
            + " current_setting('old_implicit_casting')";
    String before;
    try (Connection other = cluster.connect()) {
      before = Rows.of(other, all).toString();
      run("CREATE TEMP TABLE own AS SELECT 1 AS i");
      run(sql);
      assertThat(Rows.of(client, all).toString()).isNotEqualTo(before);
      assertThat(Rows.of(other, all).toString()).isEqualTo(before);
      assertThat(Rows.of(other, all + " FROM stock.t").toString()).isEqualTo(before);
    }
    try (Connection later = cluster.connect()) {
      assertThat(Rows.of(later, all).toString()).isEqualTo(before);
    }
  }

  @Test
  void aWriteAfterWithRunsOnce() throws SQLException {
    run("CREATE TEMP TABLE mine (i INTEGER)");
    run("WITH x AS (SELECT 7 AS i) INSERT INTO mine SELECT i FROM x");
    assertThat(Rows.of(client, "SELECT i FROM mine").toString()).isEqualTo("[[7]]");
  }

  @Test
  void useChangesWhereNamesAreLookedUp() throws SQLException {
    run("USE stock");
    assertThat(Rows.one(client, "SELECT i FROM t")).isEqualTo("99");
    run("USE sales.east");
    assertThat(Rows.one(client, "SELECT i FROM t")).isEqualTo("-1");
    run("SET search_path = 'sales.main'");
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("10");
    assertThat(Rows.one(client, "SELECT i FROM stock.t")).isEqualTo("99");
  }

  @Test
  void variablesHoldTheCharacterNul() throws SQLException {
    run("SET VARIABLE v = 'a' || chr(0) || 'x''y'");
    assertThat(Rows.one(client, "SELECT max(getvariable('v') = 'a' || chr(0) || 'x''y') FROM t"))
        .isEqualTo("true");
    run("SET VARIABLE v = [chr(0), 'b' || chr(0)]");
    assertThat(Rows.one(client, "SELECT max(length(getvariable('v')[2])) FROM t")).isEqualTo("2");
    run("RESET VARIABLE v");
    assertThat(Rows.one(client, "SELECT max(getvariable('v')) FROM t")).isNull();
  }

  @Test
  void variablesAreFoundInTheCaseOfDuckDB() throws SQLException {
    run("SET VARIABLE \"É\" = 5");
    run("SET VARIABLE \"\u212A\" = 6");
    run("SET VARIABLE Abc = 7");
    assertThat(
            Rows.of(
                client,
                "SELECT getvariable('É'), getvariable('é'), getvariable('\u212A'),"
                    + " getvariable('k'), getvariable('aBC') FROM t WHERE i = 0"))
        .isEqualTo(List.of(Arrays.asList("5", null, "6", null, "7")));
    run("RESET VARIABLE \"É\"");
    assertThat(Rows.one(client, "SELECT max(getvariable('É')) FROM t")).isNull();
  }

  @Test
  void variablesKeepTheirValueAndType() throws SQLException {
    run("SET VARIABLE limits = {'low': 3, 'name': 'it''s', 'list': [1, 2]}");
    assertThat(Rows.one(client, "SELECT count(*) FROM t WHERE i < getvariable('limits').low"))
        .isEqualTo("3");
    assertThat(Rows.one(client, "SELECT max(getvariable('limits').name) FROM t")).isEqualTo("it's");
    run("SET VARIABLE top = (SELECT max(i) FROM t)");
    assertThat(Rows.one(client, "SELECT count(*) FROM t WHERE i = getvariable('top')"))
        .isEqualTo("1");
    run("RESET VARIABLE top");
    assertThat(Rows.one(client, "SELECT count(*) FROM t WHERE getvariable('top') IS NULL"))
        .isEqualTo("10");
  }

  @Test
  void anUnknownSettingNamesTheNearest() {
    assertThatThrownBy(() -> run("SET timezon = 'UTC'"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("\"timezon\"")
        .hasMessageContaining("\"TimeZone\"");
    assertThatThrownBy(() -> run("SET TimeZone = 'Mars'")).hasMessageContaining("Mars");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET threads = 1",
        "SET memory_limit = '1TB'",
        "SET GLOBAL TimeZone = 'UTC'",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "PRAGMA threads = 4",
        "RESET enable_external_access"
      })
  void settingsOfTheServerStay(String sql) {
    assertThatThrownBy(() -> run(sql)).isInstanceOf(SQLException.class);
  }

  @Test
  void temporaryObjectsStayInTheirSession() throws SQLException {
    run("CREATE TEMP TABLE mine AS SELECT i FROM t WHERE i > 6");
    run("INSERT INTO mine VALUES (100)");
    assertThat(Rows.one(client, "SELECT sum(i) FROM mine JOIN (SELECT 1) ON true"))
        .isEqualTo("124");
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("10");
    run("CREATE OR REPLACE TEMP VIEW v AS SELECT max(i) AS m FROM mine");
    assertThat(Rows.one(client, "SELECT m FROM v")).isEqualTo("100");
    run("SET TimeZone = 'Asia/Tokyo'");
    assertThat(Rows.one(client, "SELECT moment::VARCHAR FROM stamps"))
        .isEqualTo("2024-07-01 21:00:00+09");
    assertThatThrownBy(() -> run("INSERT INTO t VALUES (1)")).hasMessageContaining("read-only");
    try (Connection other = cluster.connect()) {
      assertThatThrownBy(() -> Rows.of(other, "SELECT * FROM mine"))
          .hasMessageContaining("mine does not exist");
    }
  }

  @Test
  void aTransactionKeepsItsSnapshotWhileTheFileIsSwapped() throws Exception {
    run("BEGIN");
    assertThat(Rows.one(client, "SELECT i FROM stock.t")).isEqualTo("99");
    Path next = Rows.file(directory.resolve("next"), "CREATE TABLE t AS SELECT 100 AS i");
    Files.move(next, directory.resolve("stock.duckdb"), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> Rows.one(client, "SELECT i FROM stock.t"))
        .hasMessageContaining("not the one that the query was planned on");
    run("COMMIT");
    assertThatThrownBy(() -> run("CALL duckherder_refresh('stok')"))
        .hasMessageContaining("sales, stock");
    run("CALL duckherder_refresh('stock')");
    assertThat(Rows.one(client, "SELECT i FROM stock.t")).isEqualTo("100");
    assertThatThrownBy(() -> run("COMMIT")).hasMessageContaining("no transaction is open");
  }

  @Test
  void temporaryObjectsTakePartInATransaction() throws SQLException {
    run("BEGIN");
    run("CREATE TEMP TABLE mine AS SELECT 1 AS i");
    run("COMMIT");
    assertThat(Rows.one(client, "SELECT i FROM mine")).isEqualTo("1");
    run("BEGIN");
    run("INSERT INTO mine VALUES (2)");
    run("ROLLBACK");
    assertThat(Rows.one(client, "SELECT count(*) FROM mine")).isEqualTo("1");
  }

  @Test
  void aSessionWithTemporaryObjectsOfAnOldFileIsToldToEnd() throws Exception {
    run("CREATE TEMP TABLE mine AS SELECT i FROM stock.t");
    Path next = Rows.file(directory.resolve("next"), "CREATE TABLE t AS SELECT 100 AS i");
    Files.move(next, directory.resolve("stock.duckdb"), StandardCopyOption.REPLACE_EXISTING);
    run("CALL duckherder_refresh('stock')");
    assertThatThrownBy(() -> Rows.of(client, "SELECT i FROM mine"))
        .hasMessageContaining("connect anew");
    try (Connection other = cluster.connect()) {
      assertThat(Rows.one(other, "SELECT i FROM stock.t")).isEqualTo("100");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET TimeZone = 'UTC'",
        "BEGIN",
        "CREATE TEMP TABLE x AS SELECT 1",
        "USE stock",
        "SET VARIABLE x = 1"
      })
  void aClientWithoutCookiesIsToldSo(String sql) throws Exception {
    try (FlightSqlClient bare = cluster.client()) {
      assertThatThrownBy(() -> bare.execute(sql))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> {
                DuckherderException error = FlightErrors.fromFlight(e, "driver");
                assertThat(error.code()).isEqualTo(StandardErrorCode.NO_SESSION);
                assertThat(error)
                    .hasMessageContaining("retainCookies=true")
                    .hasMessageContaining("with_cookie_middleware");
              });
    }
  }

  @Test
  void aSessionThatEndedIsAnErrorOnce() throws Exception {
    run("SET TimeZone = 'Asia/Tokyo'");
    cluster.driver().sessions().endAll();
    assertThatThrownBy(() -> Rows.one(client, "SELECT moment::VARCHAR FROM stamps"))
        .hasMessageContaining("The session has ended");
    assertThat(Rows.one(client, "SELECT count(*) FROM stamps")).isEqualTo("1");
  }
}

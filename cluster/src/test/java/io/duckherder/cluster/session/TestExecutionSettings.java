package io.duckherder.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.session.ExecutionSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestExecutionSettings {
  @TempDir Path directory;
  private ClusterRunner cluster;
  private Connection client;

  @BeforeEach
  void start() throws SQLException {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(10)");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .queries(
                QueryConfig.DEFAULT.withSettings(
                    ExecutionSettings.DEFAULT.with("duckherder_group_rows", "77")))
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

  private String current(String name) throws SQLException {
    return Rows.one(client, "SELECT current_setting('" + name + "')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET duckherder_execution = 'single' | single",
        "SET SESSION duckherder_execution TO distributed | distributed",
        "SET DUCKHERDER_EXECUTION = 'DISTRIBUTED' | distributed",
        "SET duckherder_execution = concat('sin', 'gle') | single",
        "PRAGMA duckherder_execution = single | single",
      })
  void aModeIsSetAsDuckDBsSettingsAre(String sql, String mode) throws SQLException {
    run(sql);
    assertThat(current("duckherder_execution")).isEqualTo(mode);
    try (Connection other = cluster.connect()) {
      assertThat(Rows.one(other, "SELECT current_setting('duckherder_execution')"))
          .isEqualTo("auto");
    }
    run("RESET duckherder_execution");
    assertThat(current("duckherder_execution")).isEqualTo("auto");
  }

  @Test
  void theOperatorsDefaultIsWhereResetGoesBackTo() throws SQLException {
    assertThat(current("duckherder_group_rows")).isEqualTo("77");
    run("SET duckherder_group_rows = 1000 * 5");
    assertThat(current("duckherder_group_rows")).isEqualTo("5000");
    run("RESET SESSION duckherder_group_rows");
    assertThat(current("duckherder_group_rows")).isEqualTo("77");
    run("SET duckherder_group_rows = 6");
    run("SET duckherder_group_rows = DEFAULT");
    assertThat(current("duckherder_group_rows")).isEqualTo("77");
  }

  @Test
  void aSettingIsReadInsideAnyQuery() throws SQLException {
    run("SET duckherder_rescan_tasks = 4");
    try (Statement statement = client.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT current_setting('duckherder_rescan_tasks') + 1,"
                    + " current_setting('duckherder_result_cache'), current_setting('TimeZone') z,"
                    + " current_setting('duckherder_execution') AS mode, count(*) FROM t"
                    + " WHERE i < current_setting('duckherder_rescan_tasks')")) {
      assertThat(result.getMetaData().getColumnName(1))
          .isEqualTo("(current_setting('duckherder_rescan_tasks') + 1)");
      assertThat(result.getMetaData().getColumnName(2))
          .isEqualTo("current_setting('duckherder_result_cache')");
      assertThat(result.getMetaData().getColumnName(4)).isEqualTo("mode");
      assertThat(result.next()).isTrue();
      assertThat(result.getLong(1)).isEqualTo(5);
      assertThat(result.getBoolean(2)).isFalse();
      assertThat(result.getString(4)).isEqualTo("auto");
      assertThat(result.getLong(5)).isEqualTo(4);
    }
    try (var prepared =
        client.prepareStatement(
            "SELECT count(*) FROM t WHERE i < current_setting('duckherder_rescan_tasks') AND i > ?")) {
      prepared.setLong(1, 1);
      assertThat(Rows.of(prepared.executeQuery()).toString()).isEqualTo("[[2]]");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET duckherder_exekution = 'single' | the nearest is \"duckherder_execution\"",
        "RESET duckherder_minimum | the nearest is \"duckherder_minimum_rows\"",
        "SELECT current_setting('duckherder_exec') | the nearest is \"duckherder_execution\"",
        "SET duckherder_execution = 'fast' | expected auto, distributed or single",
        "SET duckherder_group_rows = -1 | expected a whole number from 0 on",
        "SET GLOBAL duckherder_execution = 'single' | SET without GLOBAL",
        "SET duckherder_execution | syntax error",
      })
  void whatCannotBeSetSaysWhy(String sql, String message) {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message);
  }

  @Test
  void flightsSessionOptionsAreTheSameSettings() throws Exception {
    try (FlightClient flight =
        FlightClient.builder(cluster.allocator(), cluster.driver().location())
            .intercept(new ClientCookieMiddleware.Factory())
            .build()) {
      flight.getSessionOptions(new GetSessionOptionsRequest());
      SetSessionOptionsResult result =
          flight.setSessionOptions(
              new SetSessionOptionsRequest(
                  Map.of(
                      "duckherder_execution",
                      SessionOptionValueFactory.makeSessionOptionValue("single"),
                      "duckherder_rescan_tasks",
                      SessionOptionValueFactory.makeSessionOptionValue(3L),
                      "duckherder_group_rows",
                      SessionOptionValueFactory.makeSessionOptionValue("many"),
                      "duckherder_nothing",
                      SessionOptionValueFactory.makeSessionOptionValue("x"))));
      assertThat(result.getErrors().keySet())
          .containsExactlyInAnyOrder("duckherder_group_rows", "duckherder_nothing");
      assertThat(result.getErrors().get("duckherder_group_rows").value)
          .isEqualTo(SetSessionOptionsResult.ErrorValue.INVALID_VALUE);
      assertThat(result.getErrors().get("duckherder_nothing").value)
          .isEqualTo(SetSessionOptionsResult.ErrorValue.INVALID_NAME);
      assertThat(flight.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
          .containsEntry(
              "duckherder_execution", SessionOptionValueFactory.makeSessionOptionValue("single"))
          .containsEntry(
              "duckherder_rescan_tasks", SessionOptionValueFactory.makeSessionOptionValue("3"))
          .containsEntry(
              "duckherder_group_rows", SessionOptionValueFactory.makeSessionOptionValue("77"));
    }
  }
}

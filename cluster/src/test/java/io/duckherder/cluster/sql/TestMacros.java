package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Macros of the names of functions that the cluster itself calls. */
final class TestMacros {
  private static final List<String> NAMES =
      List.of(
          "sum",
          "count",
          "count_star",
          "min",
          "max",
          "avg",
          "hash",
          "getvariable",
          "finalize",
          "combine_aggr",
          "to_aggregate_state",
          "create_sort_key",
          "list_value",
          "struct_pack",
          "struct_extract",
          "union_extract",
          "union_tag",
          "union_value",
          "row",
          "map",
          "map_entries",
          "map_from_entries",
          "list_transform",
          "array_value",
          "date_part",
          "to_months",
          "to_days",
          "to_microseconds",
          "abs",
          "error",
          "lower",
          "bool_and",
          "bool_or",
          "chr",
          "concat",
          "typeof",
          "to_json",
          "stats",
          "epoch_us",
          "strlen",
          "octet_length",
          "current_setting",
          "current_database",
          "current_schema",
          "json_serialize_sql",
          "json_deserialize_sql",
          "json_serialize_plan");

  @TempDir static Path directory;
  private static ClusterRunner cluster;
  private static Connection client;
  private static Path file;

  @BeforeAll
  static void start() throws SQLException {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE t AS SELECT i, hash(i) % 1000 AS k, 's' || i % 7 AS s,"
            + " {'a': i, 'b': [i]} AS st, MAP {'x': i} AS m, to_days((i % 9)::INTEGER) AS d,"
            + " [i::FLOAT, 2]::FLOAT[2] AS a FROM range(300000) r(i)");
    for (String name : NAMES) {
      statements.add("CREATE MACRO " + '"' + name + '"' + overloads());
    }
    for (String name : List.of("duckdb_tables", "duckdb_views", "duckdb_functions")) {
      statements.add("CREATE MACRO " + name + "() AS TABLE SELECT 42 AS answer");
    }
    file = Rows.file(directory.resolve("m.duckdb"), statements.toArray(String[]::new));
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("m", file).build();
    client = cluster.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private static String overloads() {
    return IntStream.rangeClosed(0, 6)
        .mapToObj(
            count ->
                IntStream.range(0, count)
                    .mapToObj(i -> "a" + i)
                    .collect(Collectors.joining(", ", "(", ") AS 42")))
        .collect(Collectors.joining(", "));
  }

  private static void run(String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT k, system.main.sum(i), system.main.count(*), system.main.avg(i) FROM t"
            + " GROUP BY k ORDER BY k",
        "SELECT system.main.count(DISTINCT k), system.main.max(i) FROM t",
        "SELECT i, k FROM t ORDER BY k, i LIMIT 20",
        "SELECT x.i, y.i FROM t x JOIN t y ON x.k = y.i ORDER BY x.i LIMIT 20",
        "SELECT i, d, st, m, a FROM t WHERE i % 1000 = 3 ORDER BY i",
        "SELECT s, system.main.max(st)::VARCHAR, system.main.max(d)::VARCHAR, system.main.max(m)::VARCHAR"
            + " FROM t GROUP BY s ORDER BY s",
      })
  void answersAreTheSame(String sql) throws SQLException {
    String asText = sql.replace("d, st, m, a", "d::VARCHAR, st::VARCHAR, m::VARCHAR, a::VARCHAR");
    List<List<String>> expected;
    try (Connection single = Rows.duckdb(file)) {
      expected = Rows.of(single, asText);
    }
    for (String mode : List.of("auto", "distributed", "single")) {
      run("SET duckherder_execution = '" + mode + "'");
      assertThat(Rows.of(client, asText)).as("%s in mode %s", sql, mode).isEqualTo(expected);
      assertThat(Rows.of(client, sql)).as("%s in mode %s", sql, mode).hasSameSizeAs(expected);
    }
    run("SET duckherder_execution = 'distributed'");
    assertThat(Rows.of(client, "EXPLAIN " + sql).get(0).get(1))
        .as(sql)
        .containsPattern("runs as \\d+ tasks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "SET TimeZone = 'Asia/Tokyo' ; SELECT system.main.current_setting('TimeZone') ; Asia/Tokyo",
        "SET VARIABLE x = 'a' || 5 ; SELECT system.main.getvariable('x') ; a5",
        "SET duckherder_group_rows = 1000 + 1"
            + " ; SELECT system.main.current_setting('duckherder_group_rows') ; 1001",
      })
  void settingsAreWhatWasSet(String set, String question, String expected) throws SQLException {
    run(set);
    assertThat(Rows.one(client, question)).isEqualTo(expected);
  }

  @Test
  void parametersAreTheirValues() throws SQLException {
    try (var statement = client.prepareStatement("SELECT i FROM t WHERE s || i = ?")) {
      statement.setString(1, "s512");
      assertThat(Rows.of(statement.executeQuery())).isEqualTo(List.of(List.of("12")));
    }
  }
}

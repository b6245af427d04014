package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.tpch.TpchDatabase;
import io.duckherder.tpch.TpchQueries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock JDBC driver against DuckDB's own answers. */
final class TestTpch {
  @TempDir static Path directory;
  private static Path file;
  private static ClusterRunner cluster;

  @BeforeAll
  static void start() {
    file = directory.resolve("tpch.duckdb");
    TpchDatabase.create(file, 0.01);
    cluster = ClusterRunner.builder(directory.resolve("spill")).database("tpch", file).build();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
  void givesTheAnswerOfDuckDB(int number) throws SQLException {
    String sql = TpchQueries.sql(number);
    try (Connection flight = cluster.connect();
        Connection duckdb = Rows.duckdb(file)) {
      assertThat(Rows.of(flight, sql)).isEqualTo(Rows.of(duckdb, sql)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*), sum(l_quantity) FROM (SELECT * FROM lineitem)",
        "FROM nation",
        "SELECT l_orderkey, l_extendedprice * 2 AS d FROM lineitem WHERE l_shipmode = 'AIR'",
        "SELECT * FROM orders WHERE o_orderkey < 0",
        "SELECT upper(n_name) FROM nation WHERE n_regionkey IN (1, 2)"
      })
  void scansAreTheSameInTheSameOrder(String sql) throws SQLException {
    try (Connection flight = cluster.connect();
        Connection duckdb = Rows.duckdb(file)) {
      assertThat(Rows.of(flight, sql)).isEqualTo(Rows.of(duckdb, sql));
    }
  }
}

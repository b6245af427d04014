package io.duckherder.tpch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TestTpchDatabase {
  private static final double SCALE = 0.01;

  @TempDir static Path directory;
  private static Path file;
  private static final List<Long> DONE = Collections.synchronizedList(new ArrayList<>());
  private static volatile long lastExpected;

  @BeforeAll
  static void generate() {
    file = directory.resolve("tpch.duckdb");
    TpchDatabase.create(
        file,
        SCALE,
        (done, expected) -> {
          DONE.add(done);
          lastExpected = expected;
        });
  }

  @ParameterizedTest
  @CsvSource({
    "region, 5",
    "nation, 25",
    "supplier, 100",
    "part, 2000",
    "partsupp, 8000",
    "customer, 1500",
    "orders, 15000",
    "lineitem, 60175"
  })
  void writesTheRowsOfTheScaleFactor(String table, long rows) throws SQLException {
    assertThat(rows("SELECT count(*) FROM " + table)).containsExactly("[" + rows + "]");
  }

  @Test
  void writesTheValuesOfTheReferenceGenerator() throws SQLException {
    assertThat(
            rows(
                """
                SELECT l_orderkey, l_partkey, l_quantity, l_extendedprice, l_discount, l_shipdate,
                  l_shipmode, l_comment
                FROM lineitem LIMIT 1
                """))
        .containsExactly(
            "[1, 1552, 17.00, 24710.35, 0.04, 1996-03-13, TRUCK, egular courts above the]");
  }

  @Test
  void keepsTheGeneratorsOrder() throws SQLException {
    assertThat(
            rows(
                """
                SELECT count(*) FROM (
                  SELECT l_orderkey < lag(l_orderkey) OVER (ORDER BY rowid) AS back FROM lineitem)
                WHERE back
                """))
        .containsExactly("[0]");
  }

  @Test
  void tellsItsProgress() {
    assertThat(DONE).isSorted().last().isEqualTo(86_805L);
    assertThat(lastExpected).isEqualTo(86_805L);
  }

  static Stream<Integer> queries() {
    return Stream.iterate(1, number -> number + 1).limit(TpchQueries.COUNT);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void runsEachQuery(int number) throws SQLException {
    assertThat(rows(TpchQueries.sql(number))).isNotEmpty();
  }

  @Test
  void refusesAQueryThatDoesNotExist() {
    assertThatThrownBy(() -> TpchQueries.sql(23)).hasMessage("TPC-H has queries 1 to 22, not 23");
  }

  @Test
  void leavesNothingWhenInterrupted(@TempDir Path elsewhere) throws IOException {
    Path broken = elsewhere.resolve("broken.duckdb");
    Thread generating = Thread.currentThread();
    assertThatThrownBy(
            () -> TpchDatabase.create(broken, SCALE, (done, expected) -> generating.interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void clearsAwayWhatAKilledGenerationLeft(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("again.duckdb.generating"), "half of it");
    TpchDatabase.create(elsewhere.resolve("again.duckdb"), 0.001);
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertThat(left).containsExactly(elsewhere.resolve("again.duckdb"));
    }
  }

  @Test
  void refusesAScaleFactorOfZero(@TempDir Path elsewhere) {
    assertThatThrownBy(() -> TpchDatabase.create(elsewhere.resolve("none.duckdb"), 0))
        .hasMessage("The TPC-H scale factor must be above 0, not 0.0");
  }

  private static List<String> rows(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
          row.add(result.getString(column));
        }
        rows.add(row.toString());
      }
      return rows;
    }
  }
}

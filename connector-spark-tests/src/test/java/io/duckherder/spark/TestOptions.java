package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options: the ones that work, and one clear line for those that cannot. */
@ExtendWith(SparkExtension.class)
final class TestOptions {
  @TempDir static Path folder;

  private static DuckDBFile file;

  @BeforeAll
  static void createFile() {
    file =
        DuckDBFile.create(
            folder.resolve("shop.duckdb"),
            "CREATE TABLE sales AS SELECT range AS id FROM range(500000)",
            "CREATE SCHEMA old",
            "CREATE TABLE old.\"my sales\" AS SELECT 7 AS id",
            "CREATE VIEW best AS SELECT max(id) AS id FROM sales");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void refuses(Map<String, String> options, String message) {
    assertThatThrownBy(() -> read(options)).hasMessageContaining(message);
  }

  static Stream<Arguments> mistakes() {
    String path = "/x/shop.duckdb";
    return Stream.of(
        Arguments.of(Map.of(), "give a DuckDB file"),
        Arguments.of(Map.of("path", path, "url", "grpc://h:1"), "\"path\" and \"url\" together"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "query", "SELECT 1"),
            "\"dbtable\" and \"query\" together"),
        Arguments.of(
            Map.of("path", path, "dbtabel", "t"),
            "Unknown option \"dbtabel\": did you mean \"dbtable\"?"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "numPartitions", "3"),
            "Unknown option \"numPartitions\": did you mean \"partitions\"?"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "MEMORY_LIMIT", "1GB"),
            "did you mean \"memory-limit\"?"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "fetchsize-of-jdbc", "3"), "known are path, url"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "partitions", "0"),
            "Invalid option \"partitions\": 0 (expected a whole number from 1 to 1000000)"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "threads", "many"),
            "Invalid option \"threads\": many (expected a whole number from 1 to 1024)"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "pushdown", "some"),
            "Invalid option \"pushdown\": some (expected true, filters or false)"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "partitions", "2", "rows-per-partition", "5"),
            "\"partitions\" and \"rows-per-partition\" together"),
        Arguments.of(
            Map.of("path", path, "dbtable", "t", "token", "s3cret"),
            "Cannot use the option \"token\" with \"path\""),
        Arguments.of(
            Map.of("url", "grpc://127.0.0.1:1", "dbtable", "t", "threads", "2"),
            "Cannot use the option \"threads\" with \"url\""),
        Arguments.of(
            Map.of("url", "http://127.0.0.1:1", "dbtable", "t"),
            "Invalid option \"url\": \"http://127.0.0.1:1\" (expected grpc://host:port)"),
        Arguments.of(
            Map.of("url", "grpc://127.0.0.1:1", "dbtable", "t", "token", "a", "token-file", "/b"),
            "\"token\" and \"token-file\" together"),
        Arguments.of(
            Map.of("url", "grpc://127.0.0.1:1", "dbtable", "t", "token-file", "/no/such/token"),
            "Cannot read the token file \"/no/such/token\""),
        Arguments.of(
            Map.of("path", "s3://bucket/x.duckdb", "dbtable", "t"),
            "Cannot read \"s3://bucket/x.duckdb\": DuckDB opens files by a local or mounted path"));
  }

  @Test
  void namesTheDriverThatCannotBeReached() {
    assertThatThrownBy(() -> read(Map.of("url", "grpc://127.0.0.1:1", "dbtable", "t")))
        .hasMessageContaining("Cannot reach the driver at 127.0.0.1:1");
  }

  @Test
  void listsTheTablesWhereNoneIsNamed() {
    assertThatThrownBy(() -> read(Map.of("path", file.toString())))
        .hasMessageContaining("give the option \"dbtable\" or \"query\"")
        .hasMessageContaining("has the tables best, sales, old.my sales");
  }

  @Test
  void namesTheTableThatIsNotThere() {
    assertThatThrownBy(() -> read(Map.of("path", file.toString(), "dbtable", "salez")))
        .hasMessageContaining("Table with name salez does not exist");
  }

  @Test
  void givesDuckDBsMessageForAWrongQuery() {
    assertThatThrownBy(() -> read(Map.of("path", file.toString(), "query", "SELEC 1")))
        .hasMessageContaining("syntax error");
    assertThatThrownBy(() -> read(Map.of("path", file.toString(), "query", "SELECT no FROM sales")))
        .hasMessageContaining("\"no\" not found");
  }

  @Test
  void readsTablesByQualifiedAndQuotedNames() {
    assertThat(Values.column(read(Map.of("path", file.toString(), "dbtable", "old.\"my sales\""))))
        .containsExactly("7");
    assertThat(Values.column(read(Map.of("path", "file:" + file, "DBTABLE", "shop.main.best"))))
        .containsExactly("499999");
  }

  @Test
  void readsOptionsOfTheSession() {
    spark().conf().set("spark.datasource.duckherder.dbtable", "best");
    try {
      assertThat(Values.column(read(Map.of("path", file.toString())))).containsExactly("499999");
    } finally {
      spark().conf().unset("spark.datasource.duckherder.dbtable");
    }
  }

  @Test
  void readsFromSql() {
    spark()
        .sql(
            "CREATE OR REPLACE TEMPORARY VIEW sales_view USING duckherder OPTIONS (path '"
                + file
                + "', dbtable 'sales', `memory-limit` '512MiB', threads '2')");
    assertThat(Values.column(spark().sql("SELECT sum(id) FROM sales_view")))
        .containsExactly("124999750000");
  }

  @Test
  void tellsToUseAViewForATableOfTheCatalog() {
    spark()
        .sql("CREATE TABLE shop USING duckherder OPTIONS (path '" + file + "', dbtable 'sales')");
    assertThatThrownBy(() -> spark().sql("SELECT * FROM shop"))
        .hasMessageContaining("Cannot read through a table of Spark's catalog")
        .hasMessageContaining("CREATE TEMPORARY VIEW name USING duckherder OPTIONS (...)");
  }

  @Test
  void cutsIntoAsManyPartitionsAsAreAskedFor() {
    Map<String, String> base = Map.of("path", file.toString(), "dbtable", "sales");
    assertThat(read(with(base, "partitions", "4")).rdd().getNumPartitions()).isEqualTo(4);
    assertThat(read(with(base, "rows-per-partition", "245760")).rdd().getNumPartitions())
        .isEqualTo(2);
    assertThat(read(with(base, "partitions", "4")).count()).isEqualTo(500_000);
  }

  @Test
  void setsDuckDBsTimeZone() {
    Map<String, String> query =
        Map.of(
            "path",
            file.toString(),
            "query",
            "SELECT CAST(TIMESTAMPTZ '2020-07-01 00:00:00+00' AS VARCHAR) AS t");
    assertThat(Values.column(read(query))).containsExactly("2020-07-01 00:00:00+00");
    assertThat(Values.column(read(with(query, "time-zone", "Asia/Tokyo"))))
        .containsExactly("2020-07-01 09:00:00+09");
    assertThatThrownBy(() -> read(with(query, "time-zone", "Mars/Olympus")))
        .hasMessageContaining("Mars/Olympus");
  }

  @Test
  void hidesTheToken() {
    assertThatThrownBy(
            () ->
                read(Map.of("url", "grpc://127.0.0.1:1", "dbtable", "t", "token", "s3cret-token")))
        .satisfies(
            failure -> {
              for (Throwable t = failure; t != null; t = t.getCause()) {
                assertThat(String.valueOf(t.getMessage())).doesNotContain("s3cret-token");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc://user:s3cret@127.0.0.1:1",
        "grpc://user:s3c/ret@127.0.0.1:1",
        "http://user:s3cret@127.0.0.1:1",
        "grpc://127.0.0.1?password=s3cret",
        "grpc://user:s3cret^@127.0.0.1:1"
      })
  void hidesThePasswordOfAUrl(String url) {
    assertThatThrownBy(() -> read(Map.of("url", url, "dbtable", "t")))
        .satisfies(failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("s3c"));
  }

  private static Map<String, String> with(Map<String, String> options, String key, String value) {
    Map<String, String> more = new java.util.HashMap<>(options);
    more.put(key, value);
    return more;
  }

  private static Dataset<Row> read(Map<String, String> options) {
    return spark().read().format("duckherder").options(options).load();
  }
}

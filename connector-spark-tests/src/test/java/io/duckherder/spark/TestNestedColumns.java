package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Queries that want some fields of structs: DuckDB gives these alone, and nulls stay what they are.
 */
@ExtendWith(SparkExtension.class)
final class TestNestedColumns {
  private static final String PRUNING = "spark.sql.optimizer.nestedSchemaPruning.enabled";

  @TempDir static Path folder;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("nested.duckdb"),
            """
            CREATE TABLE t AS SELECT i,
              {'x': i, 'text': 'long text ' || i, 'in': {'p': i % 7, 'q': 'also ' || i}} AS full,
              CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN {'a': NULL, 'b': NULL, 'c': NULL}
                WHEN 2 THEN {'a': i, 'b': 'b' || i, 'c': NULL}
                ELSE {'a': i, 'b': NULL, 'c': {'d': i, 'e': 'e' || i}} END AS s,
              CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL]
                ELSE [{'k': i, 'v': 'v' || i, 'w': {'z': i}}, NULL, {'k': NULL, 'v': NULL, 'w': NULL}] END AS l,
              MAP {'m': {'k': i, 'v': 'v' || i}} AS m,
              [{'k': i, 'v': i + 1}, {'k': i, 'v': i}]::STRUCT(k BIGINT, v BIGINT)[2] AS pair,
              {'A b': i, 'say "so"': 'x' || i, 'it''s': i} AS odd,
              CASE WHEN i % 2 = 0 THEN union_value(n := i) END AS u,
              [[{'k': i, 'v': 'v' || i}], NULL] AS ll
            FROM range(200000) r(i)""");
    cluster = RunningCluster.start(folder.resolve("state"), 1, Map.of("nested", file));
    show("path", file.toString(), "filed");
    show("url", cluster.url(), "clustered");
    Path copy = folder.resolve("nested.parquet");
    spark().table("filed").write().parquet(copy.toString());
    spark().read().parquet(copy.toString()).createOrReplaceTempView("copied");
  }

  private static void show(String option, String value, String view) {
    spark()
        .read()
        .format("duckherder")
        .option(option, value)
        .option("dbtable", "t")
        .option("partitions", 2)
        .load()
        .createOrReplaceTempView(view);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    spark().conf().unset(PRUNING);
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "full.x; full=STRUCT(\"x\" BIGINT)",
        "full.in.p, full.x; full=STRUCT(\"x\" BIGINT, \"in\" STRUCT(\"p\" BIGINT))",
        "s.a; s=STRUCT(\"a\" BIGINT)",
        "s.a, s IS NULL, s.a IS NULL; s=STRUCT(\"a\" BIGINT)",
        "s.c.e, s.c IS NULL, s IS NULL; s=STRUCT(\"c\" STRUCT(\"e\" VARCHAR))",
        "l.k, l IS NULL; l=STRUCT(\"k\" BIGINT)[]",
        "l.k, size(l); columns",
        "l.w.z, l.w; l=STRUCT(\"w\" STRUCT(\"z\" BIGINT))[]",
        "get(l, 0).v, get(l, 1) IS NULL; columns",
        "m['m'].k; columns",
        "pair.k; columns",
        "odd.`A b`, odd.`it's`; odd=STRUCT(\"A b\" BIGINT, \"it's\" BIGINT)",
        "u.n; columns",
        "ll[0].k, ll[1]; columns",
        "s; columns",
      })
  void readOnlyTheFieldsThatAreWanted(String selected, String shown) {
    String sql = "SELECT i, " + selected + " FROM $ WHERE i % 1000 < 20 ORDER BY i";
    List<String> expected = Values.rows(spark().sql(sql.replace("$", "copied")));
    assertThat(expected).hasSize(4_000);
    for (String view : List.of("filed", "clustered")) {
      Dataset<Row> query = spark().sql(sql.replace("$", view));
      assertThat(query.queryExecution().executedPlan().toString()).contains(shown);
      assertThat(Values.rows(query)).as(view).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "SELECT s.a FROM $ WHERE s.b IS NOT NULL AND s.c IS NULL ORDER BY i LIMIT 10",
        "SELECT full.x FROM $ WHERE full.text LIKE '%77%77' AND s IS NOT NULL ORDER BY full.x",
        "SELECT full.in.p, count(*), max(full.x) FROM $ GROUP BY full.in.p ORDER BY 1",
        "SELECT count(s), count(s.a), count(s.c), count(s.c.d) FROM $",
        "SELECT count(*) FROM $ WHERE s IS NULL",
        "SELECT sum(e.k), count(e), count(*) FROM (SELECT explode(l) AS e FROM $)",
        "SELECT full.text FROM $ ORDER BY full.x DESC LIMIT 3",
      })
  void answersAreTheSame(String sql) {
    List<String> expected = Values.rows(spark().sql(sql.replace("$", "copied")));
    assertThat(Values.rows(spark().sql(sql.replace("$", "filed")))).isEqualTo(expected);
    assertThat(Values.rows(spark().sql(sql.replace("$", "clustered")))).isEqualTo(expected);
  }

  @Test
  void fewerBytesCome() {
    long fields = bytes("SELECT sum(hash(full.x)) FROM filed");
    spark().conf().set(PRUNING, "false");
    long all = bytes("SELECT sum(hash(full.x)) FROM filed");
    spark().conf().unset(PRUNING);
    assertThat(fields * 4).isLessThan(all);
  }

  private static long bytes(String sql) {
    spark().conf().set("spark.sql.adaptive.enabled", "false");
    Dataset<Row> query = spark().sql(sql);
    query.collectAsList();
    spark().conf().unset("spark.sql.adaptive.enabled");
    return query
        .queryExecution()
        .executedPlan()
        .collectLeaves()
        .head()
        .metrics()
        .apply("bytesReceived")
        .value();
  }
}

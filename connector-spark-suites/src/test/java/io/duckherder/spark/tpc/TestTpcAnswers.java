package io.duckherder.spark.tpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.spark.DuckDBFile;
import io.duckherder.spark.RunningCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The queries of TPC-H and TPC-DS, held against Parquet. Each build runs some of them from some
 * sources; {@code -Dduckherder.matrix=full} runs all from all.
 */
final class TestTpcAnswers {
  private static final String TESTING = "spark.testing";

  @TempDir static Path folder;

  private static String testing;
  private static RunningCluster cluster;
  private static SparkSession spark;
  private static final Map<TpcBenchmark, Map<TpcSource, SparkSession>> SESSIONS =
      new EnumMap<>(TpcBenchmark.class);

  @BeforeAll
  static void start() throws IOException {
    // Else Spark refuses to plan INTERSECT and EXCEPT over any source but its own.
    testing = System.clearProperty(TESTING);
    Map<String, DuckDBFile> databases = new HashMap<>();
    for (TpcBenchmark benchmark : TpcBenchmark.values()) {
      databases.put(benchmark.folder(), new DuckDBFile(benchmark.file()));
    }
    cluster = RunningCluster.start(folder.resolve("state"), 2, databases);
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            // Each broadcast table takes a page at least, 32 MB unless told.
            .config("spark.buffer.pageSize", "1m")
            .config("spark.sql.ui.retainedExecutions", "1")
            .config("spark.ui.retainedJobs", "1")
            .config("spark.ui.retainedStages", "1")
            .getOrCreate();
    for (TpcBenchmark benchmark : TpcBenchmark.values()) {
      TpcData data = new TpcData(benchmark, folder.resolve(benchmark.folder()), cluster.url());
      benchmark.writeParquet(data.parquet());
      Map<TpcSource, SparkSession> sessions = new EnumMap<>(TpcSource.class);
      for (TpcSource source : TpcSource.values()) {
        sessions.put(source, source.session(spark, data));
      }
      SESSIONS.put(benchmark, sessions);
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (testing != null) {
      System.setProperty(TESTING, testing);
    }
    SESSIONS.clear();
    if (spark != null) {
      spark.stop();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  static Stream<TpcQuery> queries() {
    return Stream.of(TpcBenchmark.values())
        .flatMap(benchmark -> benchmark.queries().stream())
        .filter(query -> !query.sources().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everySourceGivesTheAnswerOfParquet(TpcQuery query) {
    Map<TpcSource, SparkSession> sessions = SESSIONS.get(query.benchmark());
    SparkSession parquet = sessions.get(TpcSource.PARQUET);
    TpcAnswer expected = TpcAnswer.of(parquet.sql(query.sql()));
    List<String> wrong = new ArrayList<>();
    for (TpcSource source : query.sources()) {
      TpcAnswer answer = TpcAnswer.of(sessions.get(source).sql(query.sql()));
      expected
          .difference(answer, () -> TpcAnswer.of(parquet.sql(query.sqlWithoutLimit())))
          .ifPresent(text -> wrong.add(source + ": " + text));
    }
    assertThat(wrong).isEmpty();
  }
}

package io.duckherder.sql.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.answer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the benchmark queries are distributed, held against the files that tell it. {@code
 * -Dduckherder.update=true} writes them anew.
 */
final class TestDistribution {
  private static final Path TABLE = Path.of("..", "docs", "distribution.md");
  private static final Path PLANS =
      Path.of("src", "test", "resources", "io", "duckherder", "sql", "benchmarks", "plans");
  private static final Setup SETUP = new Setup(2, "distributed", Setup.Sizes.SCALED);

  /** The queries whose plans are kept with all SQL. */
  private static final Map<Benchmark, Integer> WITH_SQL =
      Map.of(Benchmark.TPCH, 16, Benchmark.TPCDS, 40, Benchmark.CLICKBENCH, 10);

  @TempDir Path directory;

  @Test
  void theFilesSayWhatExplainSays() throws Exception {
    Map<Benchmark, Map<Integer, String>> plans = new EnumMap<>(Benchmark.class);
    for (Benchmark benchmark : Benchmark.values()) {
      plans.put(benchmark, explain(benchmark));
    }
    Map<Path, String> files = new TreeMap<>();
    files.put(TABLE, table(plans));
    plans.forEach(
        (benchmark, queries) ->
            files.put(
                PLANS.resolve(benchmark.database() + ".txt"),
                PlanTexts.shapes(benchmark, queries)));
    files.put(
        PLANS.resolve("with-sql.txt"),
        plans.keySet().stream()
            .map(
                benchmark -> {
                  BenchmarkQuery query = new BenchmarkQuery(benchmark, WITH_SQL.get(benchmark));
                  return PlanTexts.withSql(query, plans.get(benchmark));
                })
            .collect(Collectors.joining()));
    for (Map.Entry<Path, String> file : files.entrySet()) {
      requireText(file.getKey(), file.getValue());
    }
  }

  private static void requireText(Path file, String text) throws IOException {
    if (Boolean.getBoolean("duckherder.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(text)
        .as("%s; -Dduckherder.update=true writes it anew", file)
        .isEqualTo(Files.readString(file));
  }

  private static String table(Map<Benchmark, Map<Integer, String>> plans) {
    StringBuilder text =
        new StringBuilder(
            """
            # Which queries are distributed

            Made by `TestDistribution` from EXPLAIN in mode `distributed`, over the small data of the
            tests, with `%s`. With other data and settings the planner may choose other stages.
            """
                .formatted(String.join("`, `", SETUP.statements().stream().skip(1).toList())));
    plans.forEach((benchmark, queries) -> append(text, benchmark, queries));
    return text.toString();
  }

  private static void append(
      StringBuilder text, Benchmark benchmark, Map<Integer, String> queries) {
    Map<Integer, Distribution> distributions = new TreeMap<>();
    queries.forEach((number, plan) -> distributions.put(number, Distribution.of(plan)));
    long distributed = distributions.values().stream().filter(Distribution::isDistributed).count();
    text.append("\n## %s: %d of %d\n\n".formatted(benchmark.title(), distributed, queries.size()));
    text.append("| query | distributed | stages | the answer, or why not |\n|---|---|---|---|\n");
    distributions.forEach((number, query) -> text.append(query.row(number)).append('\n'));
  }

  /** The cluster's plan of each query, by number. */
  private Map<Integer, String> explain(Benchmark benchmark) throws Exception {
    Map<Integer, String> plans = new TreeMap<>();
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill"))
                .database(benchmark.database(), benchmark.file())
                .workers(SETUP.workers())
                .build();
        FlightSqlClient session = cluster.session()) {
      SETUP.statements().forEach(statement -> Answer.of(session, statement));
      for (BenchmarkQuery query : benchmark.queries()) {
        Answer explained = Answer.of(session, "EXPLAIN " + query.sql());
        plans.put(query.number(), String.valueOf(explained.rows().get(0).get(1)));
      }
    }
    return plans;
  }
}

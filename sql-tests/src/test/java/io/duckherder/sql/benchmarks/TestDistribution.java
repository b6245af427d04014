package io.duckherder.sql.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.answer.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of which benchmark queries are distributed. {@code -Dduckherder.update=true} writes it
 * anew.
 */
final class TestDistribution {
  private static final Path TABLE = Path.of("..", "docs", "distribution.md");
  private static final Setup SETUP = new Setup(2, "distributed", Setup.Sizes.SCALED);

  @TempDir Path directory;

  @Test
  void theTableSaysWhatExplainSays() throws Exception {
    StringBuilder text =
        new StringBuilder(
            """
            # Which queries are distributed

            Made by `TestDistribution` from EXPLAIN in mode `distributed`, over the small data of the
            tests, with `%s`. With other data and settings the planner may choose other stages.
            """
                .formatted(String.join("`, `", SETUP.statements().stream().skip(1).toList())));
    for (Benchmark benchmark : Benchmark.values()) {
      append(text, benchmark, explain(benchmark));
    }
    if (Boolean.getBoolean("duckherder.update")) {
      Files.writeString(TABLE, text);
    }
    assertThat(text.toString())
        .as("docs/distribution.md; -Dduckherder.update=true writes it anew")
        .isEqualTo(Files.readString(TABLE));
  }

  private static void append(
      StringBuilder text, Benchmark benchmark, Map<Integer, Distribution> queries) {
    long distributed = queries.values().stream().filter(Distribution::isDistributed).count();
    text.append("\n## %s: %d of %d\n\n".formatted(benchmark.title(), distributed, queries.size()));
    text.append("| query | distributed | stages | the answer, or why not |\n|---|---|---|---|\n");
    List<BenchmarkQuery> all = benchmark.queries();
    queries.forEach((number, query) -> text.append(query.row(all.get(number - 1))).append('\n'));
  }

  private Map<Integer, Distribution> explain(Benchmark benchmark) throws Exception {
    Map<Integer, Distribution> queries = new TreeMap<>();
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill"))
                .database(benchmark.database(), benchmark.file())
                .workers(SETUP.workers())
                .build();
        FlightSqlClient session = cluster.session()) {
      SETUP.statements().forEach(statement -> Answer.of(session, statement));
      for (BenchmarkQuery query : benchmark.queries()) {
        Answer explained = Answer.of(session, "EXPLAIN " + query.sql());
        queries.put(
            query.number(), Distribution.of(String.valueOf(explained.rows().get(0).get(1))));
      }
    }
    return queries;
  }
}

package io.duckherder.sql.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.answer.Answer;
import io.duckherder.cluster.answer.ExpectedAnswer;
import io.duckherder.cluster.answer.SingleDuckDB;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every query of the three benchmarks, held against one DuckDB. Each build runs all of them
 * distributed, and some in mode auto; {@code -Dduckherder.matrix=full} runs all in all modes with
 * 1, 2, 3 and 7 workers.
 */
final class TestBenchmarkAnswers {
  private static final Map<BenchmarkQuery, ExpectedAnswer> EXPECTED = new LinkedHashMap<>();

  @TempDir Path directory;

  static Stream<Arguments> benchmarksAndSetups() {
    return Stream.of(Benchmark.values())
        .flatMap(
            benchmark ->
                Setup.chosen().entrySet().stream()
                    .map(each -> Arguments.of(benchmark, each.getKey(), each.getValue())));
  }

  @ParameterizedTest(name = "{0}, {1}, one in {2}")
  @MethodSource("benchmarksAndSetups")
  void everyQueryHasTheAnswerOfDuckDB(Benchmark benchmark, Setup setup, int step) throws Exception {
    expect(benchmark);
    List<String> wrong = new ArrayList<>();
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill"))
                .database(benchmark.database(), benchmark.file())
                .workers(setup.workers())
                .build();
        FlightSqlClient session = cluster.session()) {
      setup.statements().forEach(statement -> Answer.of(session, statement));
      for (int i = 0; i < benchmark.queries().size(); i += step) {
        BenchmarkQuery query = benchmark.queries().get(i);
        difference(session, query).ifPresent(text -> wrong.add(query + ": " + text));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Optional<String> difference(FlightSqlClient session, BenchmarkQuery query) {
    try {
      return EXPECTED.get(query).difference(Answer.of(session, query.sql()));
    } catch (RuntimeException e) {
      return Optional.of(e.toString());
    }
  }

  /** The answers of one DuckDB, which do not depend on the setup. */
  private void expect(Benchmark benchmark) {
    if (EXPECTED.keySet().stream().anyMatch(query -> query.benchmark() == benchmark)) {
      return;
    }
    EXPECTED.clear();
    try (SingleDuckDB duckdb =
        SingleDuckDB.open(benchmark.database(), benchmark.file(), directory.resolve("oracle"))) {
      benchmark.queries().forEach(query -> EXPECTED.put(query, duckdb.expect(query.sql())));
    }
  }
}

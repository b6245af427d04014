package io.duckherder.sql.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.cluster.answer.Answer;
import io.duckherder.cluster.answer.ExpectedAnswer;
import io.duckherder.cluster.answer.SingleDuckDB;
import io.duckherder.error.ErrorType;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers killed at random instants while the TPC-H queries run. {@code -Dduckherder.kills} says
 * how many, {@code -Dduckherder.seed} which instants.
 */
final class TestKilledWorkers {
  private static final int WORKERS = 3;
  private static final int LONGEST_LIFE_MILLIS = 1500;

  private final int kills = Integer.getInteger("duckherder.kills", 10);
  private final long seed = Long.getLong("duckherder.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path directory;

  @Test
  void everyAnswerIsRightWhileAWorkerIsLeft() throws Exception {
    System.out.println("Workers are killed by -Dduckherder.seed=" + seed);
    Map<BenchmarkQuery, ExpectedAnswer> expected = expected();
    Path spill = directory.resolve("spill");
    List<WorkerProcess> workers = new ArrayList<>();
    ExecutorService killer = Executors.newSingleThreadExecutor();
    try (ClusterRunner cluster = driver(spill);
        FlightSqlClient session = session(cluster)) {
      for (int i = 0; i < WORKERS; i++) {
        workers.add(start(i, cluster, spill));
      }
      CountDownLatch ended = new CountDownLatch(1);
      Future<?> killing =
          killer.submit(
              () -> {
                for (int i = 0; i < kills; i++) {
                  // A random instant, unless the test has ended before it.
                  if (ended.await(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS)) {
                    return null;
                  }
                  int victim = random.nextInt(WORKERS);
                  workers.get(victim).kill();
                  workers.set(victim, start(victim, cluster, spill));
                }
                return null;
              });
      List<String> wrong = new ArrayList<>();
      try {
        do {
          expected.forEach(
              (query, answer) ->
                  difference(session, query, answer)
                      .ifPresent(text -> wrong.add(query + ": " + text)));
        } while (!killing.isDone() && wrong.isEmpty());
      } finally {
        ended.countDown();
      }
      killing.get();
      assertThat(wrong).as("seed %d", seed).isEmpty();
      awaitNothingKept(cluster);
      for (WorkerProcess worker : workers) {
        worker.stop();
      }
    } finally {
      killer.shutdown();
      assertThat(killer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      for (WorkerProcess worker : workers) {
        worker.close();
      }
    }
    assertThat(files(spill)).isEmpty();
  }

  @Test
  void withoutAWorkerTheErrorIsTyped() throws Exception {
    Map<BenchmarkQuery, ExpectedAnswer> expected = expected();
    Path spill = directory.resolve("spill");
    BenchmarkQuery query = Benchmark.TPCH.queries().get(20);
    try (ClusterRunner cluster = driver(spill);
        FlightSqlClient session = session(cluster);
        WorkerProcess first = start(0, cluster, spill);
        WorkerProcess second = start(1, cluster, spill)) {
      ExecutorService client = Executors.newSingleThreadExecutor();
      Future<Optional<String>> answer =
          client.submit(() -> difference(session, query, expected.get(query)));
      client.shutdown();
      first.kill();
      second.kill();
      answer.get().ifPresent(TestKilledWorkers::requireLoss);
      difference(session, query, expected.get(query)).ifPresent(TestKilledWorkers::requireLoss);
      try (WorkerProcess third = start(2, cluster, spill)) {
        assertThat(difference(session, query, expected.get(query))).isEmpty();
        third.stop();
      }
    }
  }

  /** The error tells that something outside of the query failed, and that it may be tried again. */
  private static void requireLoss(String text) {
    StandardErrorCode code = StandardErrorCode.valueOf(text.substring(0, text.indexOf(':')));
    assertThat(code.type()).as(text).isEqualTo(ErrorType.EXTERNAL);
    assertThat(code.retryable()).as(text).isTrue();
  }

  /** Workers are told that a query ended when its answer is complete, and drop its rows then. */
  private static void awaitNothingKept(ClusterRunner cluster) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    List<Integer> queries = cluster.queriesOnWorkers();
    while (queries.stream().anyMatch(count -> count > 0) && System.nanoTime() < deadline) {
      queries = cluster.queriesOnWorkers();
    }
    assertThat(queries).hasSize(WORKERS).containsOnly(0);
  }

  private Map<BenchmarkQuery, ExpectedAnswer> expected() {
    Map<BenchmarkQuery, ExpectedAnswer> expected = new LinkedHashMap<>();
    try (SingleDuckDB duckdb =
        SingleDuckDB.open("tpch", Benchmark.TPCH.file(), directory.resolve("oracle"))) {
      Benchmark.TPCH.queries().forEach(query -> expected.put(query, duckdb.expect(query.sql())));
    }
    return expected;
  }

  private static ClusterRunner driver(Path spill) {
    return ClusterRunner.builder(spill)
        .database("tpch", Benchmark.TPCH.file())
        .workers(0)
        .workerTimeout(Duration.ofSeconds(3))
        .build();
  }

  private static FlightSqlClient session(ClusterRunner cluster) {
    FlightSqlClient session = cluster.session();
    new Setup(WORKERS, "distributed", Setup.Sizes.EXCHANGED)
        .statements()
        .forEach(statement -> Answer.of(session, statement));
    return session;
  }

  private static WorkerProcess start(int number, ClusterRunner cluster, Path spill)
      throws IOException {
    String id = "w" + number;
    return WorkerProcess.start(id, cluster.driver().port(), spill.resolve(id));
  }

  private static Optional<String> difference(
      FlightSqlClient session, BenchmarkQuery query, ExpectedAnswer expected) {
    try {
      return expected.difference(Answer.of(session, query.sql()));
    } catch (FlightRuntimeException e) {
      var error = FlightErrors.fromFlight(e, "driver");
      return Optional.of(error.code() + ": " + error.getMessage());
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> !path.equals(folder)).toList();
    }
  }
}

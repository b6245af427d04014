package io.duckherder.cluster.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries on random data in random sessions: the cluster gives DuckDB's answers.
 *
 * <p>{@code -Dduckherder.fuzz.queries=50000 -Dduckherder.fuzz.seed=7} runs others and more of them;
 * {@code -Dduckherder.fuzz.only=7/3/5/12} runs one again: seed, database, session, query.
 */
final class TestFuzz {
  private static final int SESSIONS = 10;
  private static final int QUERIES = 20;
  private static final int MOST_DIFFERENCES = Integer.getInteger("duckherder.fuzz.stop", 5);

  @TempDir Path folder;

  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();

  @Test
  void theClusterAnswersAsOneDuckDB() throws Exception {
    String only = System.getProperty("duckherder.fuzz.only", "");
    if (only.isEmpty()) {
      long seed = Long.getLong("duckherder.fuzz.seed", 1);
      int queries = Integer.getInteger("duckherder.fuzz.queries", 2_000);
      System.out.printf("Fuzzing with seed %d%n", seed);
      for (int i = 0; i * SESSIONS * QUERIES < queries; i++) {
        database(seed, i, Optional.empty(), Optional.empty());
      }
    } else {
      String[] parts = only.split("/");
      database(
          Long.parseLong(parts[0]),
          Integer.parseInt(parts[1]),
          Optional.of(Integer.parseInt(parts[2])),
          Optional.of(Integer.parseInt(parts[3])));
    }
    System.out.println("Fuzzed: " + outcomes);
    assertThat(differences).isEmpty();
  }

  private void database(long seed, int number, Optional<Integer> session, Optional<Integer> query)
      throws Exception {
    if (differences.size() >= MOST_DIFFERENCES) {
      return;
    }
    FuzzDatabase database = FuzzDatabase.random(new Choices(seed * 1_000 + number));
    Path file = folder.resolve("fuzz-%d-%d.duckdb".formatted(seed, number));
    database.create(file);
    try (FuzzRun run = new FuzzRun(folder.resolve("run" + number), file, 1 + number % 3)) {
      for (int s = 0; s < SESSIONS; s++) {
        if (session.isPresent() && session.get() != s) {
          continue;
        }
        long sessionSeed = (seed * 1_000 + number) * 100 + s;
        FuzzSession settings = FuzzSession.random(new Choices(~sessionSeed));
        run.session(settings);
        for (int q = 0; q < QUERIES; q++) {
          if (query.isEmpty() || query.get() == q) {
            String name = "%d/%d/%d/%d".formatted(seed, number, s, q);
            ask(run, database, settings, name, new Choices(sessionSeed * 1_000 + q));
          }
        }
      }
      run.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
    }
    Files.delete(file);
  }

  private void ask(
      FuzzRun run, FuzzDatabase database, FuzzSession settings, String name, Choices choices) {
    FuzzQuery query = new Queries(choices, database.tables()).top();
    if (Boolean.getBoolean("duckherder.fuzz.print")) {
      System.out.println(name + ": " + query.sql());
    }
    run.difference(query)
        .ifPresent(
            difference -> {
              String report =
                  "%s%n%s%n%s%n%s%n%s%n"
                      .formatted(
                          name, difference, settings.all(), query.sql(), run.explain(query.sql()));
              System.out.println(report);
              differences.add(report);
            });
  }
}

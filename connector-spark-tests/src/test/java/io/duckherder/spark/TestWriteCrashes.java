package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sparks that are killed while they write, at instants that {@code -Dduckherder.seed} repeats.
 * {@code -Dduckherder.crashes} says how many.
 */
@ExtendWith(SparkExtension.class)
final class TestWriteCrashes {
  private static final int CRASHES = Integer.getInteger("duckherder.crashes", 3);
  private static final long SEED = Long.getLong("duckherder.seed", System.nanoTime());
  private static final int LONGEST_MILLIS = 1_500;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE appended (id BIGINT, round INTEGER)",
          "CREATE TABLE replaced AS SELECT range AS id, 0 AS round FROM range(4000)",
          "CREATE TABLE changed AS FROM replaced");

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  @Test
  void aWriteOfAFileIsAllThereOrNotAtAll() throws Exception {
    DuckDBFile file =
        DuckDBFile.create(folder.resolve("crash.duckdb"), TABLES.toArray(String[]::new));
    crash("path", file.toString(), CRASHES / 2, file::rows);
  }

  @Test
  void aWriteOfAManagedDatabaseIsAllThereOrNotAtAll() throws Exception {
    try (RunningCluster cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("crash", folder.resolve("live.duckdb")))) {
      cluster.sql(folder, TABLES.toArray(String[]::new));
      crash(
          "url",
          cluster.url(),
          CRASHES - CRASHES / 2,
          sql ->
              Values.rows(
                  spark()
                      .read()
                      .format("duckherder")
                      .option("url", cluster.url())
                      .option("query", sql)
                      .load()));
    }
  }

  private void crash(String option, String where, int times, Function<String, List<String>> ask)
      throws Exception {
    int round = 1;
    for (int i = 0; i < times; i++) {
      Map<String, Integer> told = run(option, where, round);
      String context = "seed %d, crash %d, told %s".formatted(SEED, i, told);
      int begun = told.getOrDefault("begin", round);
      List<String> appended =
          ask.apply(
              "SELECT round, count(*), count(DISTINCT id) FROM appended GROUP BY 1 ORDER BY 1");
      for (String row : appended) {
        assertThat(row).as(context).endsWith("|4000|4000");
      }
      for (int done = round; done <= told.getOrDefault("appended", 0); done++) {
        assertThat(appended).as(context).contains(done + "|4000|4000");
      }
      for (String table : List.of("replaced", "changed")) {
        List<String> rows =
            ask.apply(
                "SELECT count(*), count(DISTINCT id), count(DISTINCT round), max(round) FROM "
                    + table);
        assertThat(rows).as(context).hasSize(1);
        assertThat(rows.get(0)).as(context).startsWith("4000|4000|1|");
        assertThat(Integer.parseInt(rows.get(0).split("\\|")[3]))
            .as(context)
            .isBetween(told.getOrDefault(table, 0), begun);
      }
      round = begun + 1;
    }
  }

  /** Lets a Spark write until it is killed, and gives the last round of each thing that it told. */
  private Map<String, Integer> run(String option, String where, int round)
      throws IOException, InterruptedException {
    Process spark =
        new ProcessBuilder(
                ChildJvm.command(
                    String.join(
                        File.pathSeparator,
                        ChildJvm.classPath("spark.4.2"),
                        classes(),
                        System.getProperty("connector.jar"),
                        System.getProperty("duckdb.jar")),
                    "io.duckherder.spark.WriteLoop",
                    List.of(option, where, String.valueOf(round))))
            .redirectErrorStream(true)
            .start();
    Map<String, Integer> told = new HashMap<>();
    List<String> output = new ArrayList<>();
    try (BufferedReader reader = spark.inputReader(StandardCharsets.UTF_8)) {
      // The second round is that of a Spark that has warmed up.
      String wanted = "ROUND begin " + (round + random.nextInt(3));
      String line = reader.readLine();
      while (line != null && !line.equals(wanted)) {
        note(line, told, output);
        line = reader.readLine();
      }
      assertThat(line).as("A Spark that did not write: %s", output).isNotNull();
      note(line, told, output);
      assertThat(spark.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS)).isFalse();
      // By its handle: else what it has written last could not be read.
      spark.toHandle().destroyForcibly();
      spark.waitFor();
      for (line = reader.readLine(); line != null; line = reader.readLine()) {
        note(line, told, output);
      }
    } finally {
      spark.destroyForcibly();
    }
    return told;
  }

  private static void note(String line, Map<String, Integer> told, List<String> output) {
    output.add(line);
    String[] words = line.split(" ");
    if (words.length == 3 && words[0].equals("ROUND")) {
      told.put(words[1], Integer.parseInt(words[2]));
    }
  }

  /** A folder with the job alone. */
  private String classes() throws IOException {
    Path target = folder.resolve("classes/io/duckherder/spark");
    Files.createDirectories(target);
    try (var bytes = WriteLoop.class.getResourceAsStream("WriteLoop.class")) {
      Files.write(target.resolve("WriteLoop.class"), bytes.readAllBytes());
    }
    return folder.resolve("classes").toString();
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sparks, and executors of theirs, that are killed while they write, at instants that {@code
 * -Dduckherder.seed} repeats. {@code -Dduckherder.crashes} says how many.
 */
@ExtendWith(SparkExtension.class)
final class TestWriteCrashes {
  private static final int CRASHES = Integer.getInteger("duckherder.crashes", 10);
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
    crash("path", file.toString(), (CRASHES + 1) / 4, file::rows);
    collectsWhatWasStaged(file);
  }

  /** A write of another Spark, a day later. */
  private void collectsWhatWasStaged(DuckDBFile file) throws IOException {
    Path staging = Path.of(file + ".staging");
    if (Files.exists(staging)) {
      FileTime past = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
      try (Stream<Path> all = Files.walk(staging)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.setLastModifiedTime(path, past);
        }
      }
    }
    spark()
        .range(1)
        .selectExpr("id", "-1 AS round")
        .write()
        .format("duckherder")
        .mode("append")
        .option("path", file.toString())
        .option("dbtable", "appended")
        .save();
    assertThat(staging).doesNotExist();
  }

  @Test
  void aWriteOfAFileOutlivesItsExecutors() throws Exception {
    DuckDBFile file =
        DuckDBFile.create(folder.resolve("executors.duckdb"), TABLES.toArray(String[]::new));
    loseExecutors("path", file.toString(), (CRASHES + 1) / 4, file::rows);
    assertThat(Path.of(file + ".staging")).doesNotExist();
  }

  @Test
  void aWriteOfAManagedDatabaseOutlivesItsExecutors() throws Exception {
    try (RunningCluster cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("crash", folder.resolve("live.duckdb")))) {
      cluster.sql(folder, TABLES.toArray(String[]::new));
      loseExecutors("url", cluster.url(), CRASHES - 3 * ((CRASHES + 1) / 4), rowsOf(cluster));
      assertThat(folder.resolve("state/staging")).doesNotExist();
    }
  }

  @Test
  void aWriteOfAManagedDatabaseIsAllThereOrNotAtAll() throws Exception {
    try (RunningCluster cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("crash", folder.resolve("live.duckdb")))) {
      cluster.sql(folder, TABLES.toArray(String[]::new));
      crash("url", cluster.url(), (CRASHES + 1) / 4, rowsOf(cluster));
    }
    // A driver deletes at its start what is staged with the one before.
    RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("crash", folder.resolve("live.duckdb")))
        .close();
    assertThat(folder.resolve("state/staging")).doesNotExist();
  }

  private static Function<String, List<String>> rowsOf(RunningCluster cluster) {
    return sql ->
        Values.rows(
            spark()
                .read()
                .format("duckherder")
                .option("url", cluster.url())
                .option("query", sql)
                .load());
  }

  private void crash(String option, String where, int times, Function<String, List<String>> ask)
      throws Exception {
    int round = 1;
    for (int i = 0; i < times; i++) {
      Map<String, Integer> told = run(option, where, round);
      String context = "seed %d, crash %d, told %s".formatted(SEED, i, told);
      int begun = told.getOrDefault("begin", round);
      check(ask, told, round, begun, context);
      round = begun + 1;
    }
  }

  /** Each write is there whole, if it was told, and else whole or not at all. */
  private static void check(
      Function<String, List<String>> ask,
      Map<String, Integer> told,
      int first,
      int begun,
      String context) {
    List<String> appended =
        ask.apply("SELECT round, count(*), count(DISTINCT id) FROM appended GROUP BY 1 ORDER BY 1");
    for (String row : appended) {
      assertThat(row).as(context).endsWith("|4000|4000");
    }
    for (int done = first; done <= told.getOrDefault("appended", 0); done++) {
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
  }

  /**
   * Lets a Spark write whose executors are killed, one in each round but the first; none of its
   * writes may fail for it, and none be there twice.
   */
  private void loseExecutors(
      String option, String where, int times, Function<String, List<String>> ask)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            option,
            where,
            "1",
            "stepwise=true",
            "spark.master=local-cluster[2,1,1024]",
            "spark.executor.memory=512m",
            "spark.executor.extraJavaOptions=" + System.getProperty("spark.jvm.args").trim(),
            "spark.jars="
                + System.getProperty("connector.jar")
                + ","
                + System.getProperty("duckdb.jar"),
            "spark.deploy.maxExecutorRetries=-1",
            "spark.local.dir=" + folder.resolve("spark"));
    Process spark =
        start(
            arguments,
            Map.of(
                "SPARK_HOME",
                SparkHome.create(folder).toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                "127.0.0.1"));
    List<String> output = new ArrayList<>();
    Map<String, Integer> told = new HashMap<>();
    try (BufferedReader reader = spark.inputReader(StandardCharsets.UTF_8);
        BufferedWriter steps = spark.outputWriter(StandardCharsets.UTF_8)) {
      for (int round = 1; round <= times + 1; round++) {
        readTo("ROUND begin " + round, reader, told, output);
        if (round > 1) {
          assertThat(spark.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS))
              .isFalse();
          List<ProcessHandle> executors = spark.children().toList();
          assertThat(executors).as("Executors: %s", output).isNotEmpty();
          executors.get(random.nextInt(executors.size())).destroyForcibly();
        }
        readTo("ROUND changed " + round, reader, told, output);
        String context = "seed %d, executor %d, told %s".formatted(SEED, round, told);
        check(ask, told, 1, round, context);
        assertThat(told)
            .as(context)
            .containsEntry("appended", round)
            .containsEntry("changed", round);
        if (round <= times) {
          steps.newLine();
          steps.flush();
        }
      }
    } finally {
      end(spark);
    }
  }

  private static void end(Process spark) throws InterruptedException {
    List<ProcessHandle> all = spark.descendants().toList();
    if (!spark.waitFor(20, TimeUnit.SECONDS)) {
      spark.destroyForcibly();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private static void readTo(
      String wanted, BufferedReader reader, Map<String, Integer> told, List<String> output)
      throws IOException {
    String line = reader.readLine();
    while (line != null && !line.equals(wanted)) {
      note(line, told, output);
      line = reader.readLine();
    }
    assertThat(line).as("A Spark that did not write: %s", output).isNotNull();
    note(line, told, output);
  }

  /** Lets a Spark write until it is killed, and gives the last round of each thing that it told. */
  private Map<String, Integer> run(String option, String where, int round)
      throws IOException, InterruptedException {
    Process spark = start(List.of(option, where, String.valueOf(round)), Map.of());
    Map<String, Integer> told = new HashMap<>();
    List<String> output = new ArrayList<>();
    try (BufferedReader reader = spark.inputReader(StandardCharsets.UTF_8)) {
      // The second round is that of a Spark that has warmed up.
      readTo("ROUND begin " + (round + random.nextInt(2)), reader, told, output);
      assertThat(spark.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS)).isFalse();
      // By its handle: else what it has written last could not be read.
      spark.toHandle().destroyForcibly();
      spark.waitFor();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        note(line, told, output);
      }
    } finally {
      spark.destroyForcibly();
    }
    return told;
  }

  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ChildJvm.command(
                    String.join(
                        File.pathSeparator,
                        ChildJvm.classPath("spark.4.2"),
                        classes(),
                        System.getProperty("connector.jar"),
                        System.getProperty("duckdb.jar")),
                    "io.duckherder.spark.WriteLoop",
                    arguments))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
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

package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same jar under spark-submit: of every Spark line, with executors of their own, under another
 * Java, and without the duckdb_jdbc that it needs.
 */
final class TestSparkLines {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"spark.4.0, 4.0.4", "spark.4.1, 4.1.3", "spark.4.2, 4.2.0"})
  void readsAFile(String line, String version) throws Exception {
    DuckDBFile file = createFile();
    assertAnswers(file, version, run(submit(line, bothJars(), List.of(), "path", file.toString())));
  }

  /** Each executor is a process of its own, to which Spark sends tasks as Kryo writes them. */
  @Test
  void readsAFileInExecutorsOfTheirOwn() throws Exception {
    DuckDBFile file = createFile();
    List<String> settings =
        List.of(
            "spark.master=local-cluster[2,1,1024]",
            "spark.executor.memory=512m",
            "spark.executor.extraJavaOptions=" + System.getProperty("spark.jvm.args").trim(),
            "spark.serializer=org.apache.spark.serializer.KryoSerializer");
    List<String> command = submit("spark.4.2", bothJars(), settings, "path", file.toString());
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            SparkHome.create(folder).toString(),
            "SPARK_SCALA_VERSION",
            "2.13",
            "SPARK_LOCAL_IP",
            "127.0.0.1");
    assertAnswers(file, "4.2.0", ChildJvm.run(command, folder, environment));
  }

  @Test
  void readsAFileUnderJava25() throws Exception {
    Optional<Path> java25 = java25();
    assumeThat(java25).as("A Java 25 on this machine").isPresent();
    DuckDBFile file = createFile();
    List<String> command =
        new ArrayList<>(submit("spark.4.2", bothJars(), List.of(), "path", file.toString()));
    command.set(0, java25.get().resolve("bin/java").toString());
    assertAnswers(file, "4.2.0", run(command));
  }

  private static void assertAnswers(DuckDBFile file, String version, ChildJvm.Result result) {
    assertThat(result.output()).contains("Spark " + version + " found " + expected(file));
    String catalog =
        file.rows("SELECT count(*), max(levenshtein(s, 'row5')) FROM t WHERE s LIKE 'row1%'")
            .get(0);
    assertThat(result.output())
        .contains(
            "Its catalog found [" + catalog.replace('|', ',') + "]",
            "It lists [[main,held,false], [main,t,false]]",
            "It wrote [[1,rows], [2,null], [3,r]]",
            version.startsWith("4.0.")
                ? "It shows []"
                : "It shows [PRIMARY KEY (i) ENFORCED RELY, CHECK ((s ~~ 'r%')) ENFORCED RELY]");
    assertThat(result.status()).isZero();
  }

  @Test
  void saysInOneLineThatDuckDBIsMissing() throws Exception {
    ChildJvm.Result result =
        run(submit("spark.4.2", List.of(connector()), List.of(), "path", createFile().toString()));
    assertThat(result.output())
        .contains(
            "Cannot find duckdb_jdbc on the class path: add org.duckdb:duckdb_jdbc:2.0.0.1, with"
                + " --packages or --jars in Spark");
    assertThat(result.status()).isNotZero();
  }

  private DuckDBFile createFile() {
    return DuckDBFile.create(
        folder.resolve("smoke.duckdb"),
        """
        CREATE TABLE t AS
        SELECT range AS i, 'row' || range AS s, (range * 0.02)::DECIMAL(15, 2) AS price,
          TIMESTAMP '2020-01-01' + to_seconds(range) AS ts, [range, range * 2] AS l,
          MAP {'k': {'u': 255::UTINYINT}} AS m, TIME '12:34:56' AS tm
        FROM range(100000)
        """,
        "CREATE TABLE held(i INT PRIMARY KEY, s VARCHAR CHECK (s ~~ 'r%'))");
  }

  private static String expected(DuckDBFile file) {
    String row =
        file.rows(
                """
                SELECT count(*), sum(i), sum(price), max(s), max(ts)::VARCHAR, sum(l[2]), 255, max(tm)
                FROM t WHERE i >= 100
                """)
            .get(0);
    return "["
        + row.replace('|', ',').replace("2020-01-02 03:46:39.0", "2020-01-02T03:46:39")
        + "]";
  }

  private static String connector() {
    return System.getProperty("connector.jar");
  }

  private static List<String> bothJars() {
    return List.of(connector(), System.getProperty("duckdb.jar"));
  }

  private ChildJvm.Result run(List<String> command) throws IOException, InterruptedException {
    return ChildJvm.run(command, folder);
  }

  /** The command of a spark-submit; its settings win over those that every job has. */
  private List<String> submit(String line, List<String> jars, List<String> settings, String... job)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    Stream.concat(
            Stream.of(
                "spark.master=local[2]",
                "spark.ui.enabled=false",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.driver.host=127.0.0.1",
                "spark.sql.timeType.enabled=true"),
            settings.stream())
        .forEach(setting -> arguments.addAll(List.of("--conf", setting)));
    arguments.addAll(
        List.of(
            "--jars",
            String.join(",", jars),
            "--class",
            "io.duckherder.spark.SmokeJob",
            "spark-internal"));
    arguments.addAll(List.of(job));
    String classPath = ChildJvm.classPath(line) + File.pathSeparator + smokeClasses();
    return ChildJvm.command(classPath, "org.apache.spark.deploy.SparkSubmit", arguments);
  }

  /** Where JAVA_25_HOME tells, or where packages of Linux put it. */
  private static Optional<Path> java25() throws IOException {
    String told = System.getenv("JAVA_25_HOME");
    if (told != null) {
      return Optional.of(Path.of(told));
    }
    Path installed = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(installed)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(installed)) {
      return folders
          .filter(path -> path.getFileName().toString().matches(".*-25-.*"))
          .filter(path -> Files.isExecutable(path.resolve("bin/java")))
          .findFirst();
    }
  }

  /** A folder with the job alone: the other test classes are not for this class path. */
  private String smokeClasses() throws IOException {
    Path target = folder.resolve("classes/io/duckherder/spark");
    Files.createDirectories(target);
    String name = "SmokeJob.class";
    try (var bytes = SmokeJob.class.getResourceAsStream(name)) {
      Files.write(target.resolve(name), bytes.readAllBytes());
    }
    return folder.resolve("classes").toString();
  }
}

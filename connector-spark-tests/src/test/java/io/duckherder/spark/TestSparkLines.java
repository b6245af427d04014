package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same jar under spark-submit of every Spark line, and without the duckdb_jdbc that it needs.
 */
final class TestSparkLines {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"spark.4.0, 4.0.4", "spark.4.1, 4.1.3", "spark.4.2, 4.2.0"})
  void readsAFile(String line, String version) throws Exception {
    DuckDBFile file = createFile();
    ChildJvm.Result result =
        submit(
            line, List.of(connector(), System.getProperty("duckdb.jar")), "path", file.toString());
    assertThat(result.output()).contains("Spark " + version + " found " + expected(file));
    String catalog =
        file.rows("SELECT count(*), max(levenshtein(s, 'row5')) FROM t WHERE s LIKE 'row1%'")
            .get(0);
    assertThat(result.output())
        .contains(
            "Its catalog found [" + catalog.replace('|', ',') + "]", "It lists [[main,t,false]]");
    assertThat(result.status()).isZero();
  }

  @Test
  void saysInOneLineThatDuckDBIsMissing() throws Exception {
    ChildJvm.Result result =
        submit("spark.4.2", List.of(connector()), "path", createFile().toString());
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
        """);
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

  private ChildJvm.Result submit(String line, List<String> jars, String... job)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--master",
                "local[2]",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.bindAddress=127.0.0.1",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.sql.timeType.enabled=true",
                "--jars",
                String.join(",", jars),
                "--class",
                "io.duckherder.spark.SmokeJob",
                "spark-internal"));
    arguments.addAll(List.of(job));
    String classPath = ChildJvm.classPath(line) + File.pathSeparator + smokeClasses();
    return ChildJvm.run(
        ChildJvm.command(classPath, "org.apache.spark.deploy.SparkSubmit", arguments), folder);
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

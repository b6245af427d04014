package io.duckherder.cluster.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.duckherder.cluster.client.RowSource;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The example job as spark-submit runs it, in a JVM of its own, and the answers that it left. */
final class SparkRun {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int LOG_LINES = 10;

  private final Path directory;

  private SparkRun(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs the job to its end.
   *
   * @param directory where queries, results and Spark's log go
   */
  static SparkRun run(
      SparkLauncher launcher, Path file, String url, Path directory, DemoConsole console)
      throws IOException, InterruptedException {
    Path queries = Files.createDirectories(directory.resolve("queries"));
    Path results = Files.createDirectories(directory.resolve("results"));
    for (DemoQuery query : DemoQuery.ALL) {
      Files.writeString(queries.resolve(query.name() + ".sql"), query.sql());
    }
    Path log = directory.resolve("spark.log");
    Process spark =
        new ProcessBuilder(launcher.command(file.toString(), url, queries, results))
            .directory(directory.toFile())
            .redirectError(log.toFile())
            .start();
    Thread stop = new Thread(spark::destroyForcibly, "duckherder-stop-spark");
    Runtime.getRuntime().addShutdownHook(stop);
    try (BufferedReader out = spark.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        console.line("  " + line);
      }
      int status = spark.waitFor();
      if (status != 0) {
        throw failed(status, log);
      }
    } finally {
      spark.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(stop);
    }
    return new SparkRun(results);
  }

  private static DuckherderException failed(int status, Path log) throws IOException {
    // What went wrong, and not through which methods.
    List<String> lines =
        Files.readAllLines(log).stream().filter(line -> !line.startsWith("\t")).toList();
    String end =
        String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    return new DuckherderException(
        StandardErrorCode.INTERNAL_ERROR,
        "The Spark job ended with status %d; the end of its log:%n%s".formatted(status, end));
  }

  /** The job's answer to a query. */
  Answer answer(String mode, DemoQuery query) throws IOException {
    List<RowSource.Column> columns = new ArrayList<>();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve(file(mode, query, "json")))) {
      JsonNode object = JSON.readTree(line);
      List<@Nullable Object> row = new ArrayList<>();
      for (JsonNode value : object) {
        row.add(value.isNumber() ? value.numberValue() : value.asText());
      }
      if (columns.isEmpty()) {
        object
            .properties()
            .forEach(
                field ->
                    columns.add(new RowSource.Column(field.getKey(), field.getValue().isNumber())));
      }
      rows.add(Collections.unmodifiableList(row));
    }
    return new Answer(columns, rows);
  }

  /** How long the job took for a query. */
  Duration time(String mode, DemoQuery query) throws IOException {
    return Duration.ofMillis(
        Long.parseLong(Files.readString(directory.resolve(file(mode, query, "millis")))));
  }

  private static String file(String mode, DemoQuery query, String suffix) {
    return mode + "-" + query.name() + "." + suffix;
  }
}

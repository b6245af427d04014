package io.duckherder.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Sail, an engine of Rust and DataFusion that serves Spark Connect, over Parquet files, with its
 * Python client; both in a process of their own.
 */
final class SailEngine implements Engine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final PrintWriter statements;
  private final BufferedReader answers;

  private SailEngine(Process process) {
    this.process = process;
    this.statements = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it; it serves when this returns.
   *
   * @param python an interpreter that finds {@code pysail}
   * @param script {@code benchmarks/peers/sail.py}
   * @param parquet has a folder for each table
   */
  static SailEngine start(Path python, Path script, Path parquet) throws IOException {
    Process process =
        new ProcessBuilder(python.toString(), script.toString(), parquet.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    SailEngine engine = new SailEngine(process);
    try {
      engine.answer();
      return engine;
    } catch (IOException e) {
      engine.close();
      throw e;
    }
  }

  @Override
  public String title() {
    return "Sail, Parquet";
  }

  @Override
  public long run(String sql) throws IOException {
    statements.println(JSON.writeValueAsString(Map.of("sql", sql)));
    return answer().get("rows").asLong();
  }

  private JsonNode answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("Sail ended");
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.has("error")) {
      throw new IOException("Sail: " + answer.get("error").asText());
    }
    return answer;
  }

  @Override
  public void close() {
    statements.close();
    process.onExit().join();
  }
}

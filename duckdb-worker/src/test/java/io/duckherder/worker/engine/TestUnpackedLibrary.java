package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

final class TestUnpackedLibrary {
  @TempDir private Path temp;

  @Test
  @EnabledOnOs(LINUX)
  void killedProcessLeavesNoLibrary() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                RunDuckDB.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("2000000");
      process.destroyForcibly().waitFor();
      try (Stream<Path> files = Files.list(temp)) {
        assertThat(files).noneMatch(file -> file.getFileName().toString().contains("duckdb"));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Starts DuckDB, uses it, and waits to be killed. */
  static final class RunDuckDB {
    private RunDuckDB() {}

    public static void main(String[] arguments) throws Exception {
      Path temp = Path.of(System.getProperty("java.io.tmpdir"));
      EngineConfig config =
          new EngineConfig("200MB", 1, temp, "", List.of(), Duration.ZERO, OptionalInt.empty());
      try (var connection = DuckDBStart.open(config, temp, Map.of());
          var statement = connection.createStatement();
          var result =
              statement.executeQuery(
                  "SELECT count(DISTINCT hash(i)::VARCHAR) FROM range(2000000) r(i)")) {
        result.next();
        System.out.println(result.getLong(1));
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}

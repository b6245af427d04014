package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are opened to be written, which others write too. */
final class TestWritableFile {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void write() {
    file = folder.resolve("db.duckdb");
    EngineFixture.write(file, "CREATE TABLE t AS SELECT 1 AS i");
  }

  private Snapshot opened() {
    EngineConfig config = EngineFixture.config(folder, Duration.ZERO, "200MiB");
    try (WritableFile opened = WritableFile.open(config, file, "db", PATIENCE)) {
      return opened.connection().snapshot();
    }
  }

  private Snapshot now() {
    return new Snapshot(Map.of("db", DatabaseFiles.identify(file)));
  }

  @Test
  void isTheStateThatItsLastWriterLeft() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriteWhenTold.class.getName(),
                file.toString(),
                "INSERT INTO t VALUES (2)")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("open");
      Snapshot before = now();
      FutureTask<Snapshot> open = new FutureTask<>(this::opened);
      Thread opening = new Thread(open);
      opening.start();
      while (opening.getState() != Thread.State.TIMED_WAITING) {
        assertThat(open.isDone()).isFalse();
        Thread.onSpinWait();
      }
      other.getOutputStream().write('\n');
      other.getOutputStream().close();
      assertThat(open.get()).isEqualTo(now()).isNotEqualTo(before);
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void opensAFileWithTheLogOfAWriterThatDied() throws Exception {
    Path copy = folder.resolve("copy.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES (2)");
      Files.copy(file, copy);
      Files.copy(Path.of(file + ".wal"), Path.of(copy + ".wal"));
    }
    file = copy;
    Snapshot before = now();
    assertThat(before.toString()).doesNotContain("walSize=0");
    opened();
    assertThat(DatabaseFiles.identify(file).walSize()).isZero();
  }
}

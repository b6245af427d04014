package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose file is lost, brought back on the command line. */
final class TestRestoreCommand {
  @TempDir Path directory;

  @Test
  void startNamesTheCommandThatBringsALostFileBack() throws IOException {
    Path file = directory.resolve("sales.duckdb");
    String managed = "sales=" + file;
    assertThat(run("start", "--daemon", "--workers", "1", "--managed", managed).status()).isZero();
    try {
      assertThat(run("sql", "CREATE TABLE t AS SELECT 42 AS i").status()).isZero();
      assertThat(run("sql", "CALL duckherder_seal()").status()).isZero();
    } finally {
      assertThat(run("stop").status()).isZero();
    }
    Files.delete(file);

    CommandRun refused = run("start", "--daemon", "--managed", managed);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("duckherder-cluster restore --managed " + managed);

    CommandRun restored = run("restore", "--managed", managed);
    assertThat(restored.err()).isEmpty();
    assertThat(restored.status()).isZero();
    assertThat(restored.out())
        .contains("Database \"sales\" in " + file + " is snapshot")
        .contains("are not in it")
        .contains("What was in its place is now");

    assertThat(run("start", "--daemon", "--workers", "1", "--managed", managed).status()).isZero();
    try {
      assertThat(run("sql", "--format", "csv", "SELECT i FROM t").out()).contains("42");
    } finally {
      assertThat(run("stop").status()).isZero();
    }
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("state"), arguments);
  }
}

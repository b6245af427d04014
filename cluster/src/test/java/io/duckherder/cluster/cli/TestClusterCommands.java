package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.local.RunningDriver;
import io.duckherder.cluster.local.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster in the background, and commands that talk to it, all as real processes. */
final class TestClusterCommands {
  @TempDir static Path directory;
  private static Path state;
  private static CommandRun started;

  @BeforeAll
  static void start() throws SQLException {
    state = directory.resolve("state of a cluster");
    Path file = Databases.people(directory.resolve("people.duckdb"));
    started =
        CommandRun.of(state, "start", "--daemon", "--database", "main_db=" + file, "--port", "0");
  }

  @AfterAll
  static void stop() {
    RunningDriver driver = StateDirectory.of(state).findDriver().orElseThrow();
    List<ProcessHandle> workers = ProcessHandle.of(driver.pid()).orElseThrow().children().toList();

    CommandRun stopped = CommandRun.of(state, "stop");

    assertThat(stopped).isEqualTo(new CommandRun(0, "Stopped\n", ""));
    assertThat(workers).hasSize(2).noneMatch(ProcessHandle::isAlive);
    assertThat(StateDirectory.of(state).findDriver()).isEmpty();
    assertThat(CommandRun.of(state, "status").status()).isEqualTo(1);
  }

  @Test
  void tellsWhereItServes() {
    assertThat(started.status()).as(started.err()).isZero();
    assertThat(started.out())
        .contains("Duckherder serves main_db at grpc://127.0.0.1:")
        .contains("with 2 local workers")
        .contains("The driver runs in the background, pid ");
  }

  @Test
  void showsDatabasesAndWorkers() {
    CommandRun status = CommandRun.of(state, "status");
    assertThat(status.status()).isZero();
    assertThat(status.out()).contains("main_db", "people.duckdb", "worker-1", "worker-2", "live");
    assertThat(CommandRun.of(state, "status", "--format", "json").out())
        .startsWith("{")
        .contains("\"workers\":[{\"id\":\"worker-1\"");
  }

  @Test
  void writesCsvAndNothingElseToStandardOutput() {
    CommandRun run =
        CommandRun.of(state, "sql", "--format", "csv", "SELECT * FROM people ORDER BY id");
    assertThat(run.out())
        .isEqualTo(
            "id,name,born,amount\n1,Ada,1815-12-10,1.50\n2,,,\n3,\"x, \"\"y\"\"\",2000-01-01,-2.25\n");
    assertThat(run.err()).matches("3 rows \\(.* s\\)\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void writesJson() {
    assertThat(
            CommandRun.of(
                    state,
                    "sql",
                    "--format",
                    "json",
                    "SELECT id, amount FROM people WHERE id < 3 ORDER BY id")
                .out())
        .isEqualTo("[\n{\"id\":1,\"amount\":1.50},\n{\"id\":2,\"amount\":null}\n]\n");
  }

  @Test
  void readsStatementsFromStandardInputAndDrawsTables() {
    CommandRun run =
        CommandRun.withInput(state, "SELECT 1 AS one; -- first\nSELECT NULL AS two;", "sql");
    assertThat(run.out())
        .startsWith("┌─────┐\n│ one │\n├─────┤\n│   1 │\n└─────┘\n1 row (")
        .contains("│ NULL │");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void readsStatementsFromAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("q.sql"), "SELECT count(*) AS n FROM people");
    assertThat(CommandRun.of(state, "sql", "--format", "csv", "--file", file.toString()).out())
        .isEqualTo("n\n3\n");
  }

  @Test
  void keepsSettingsForTheStatementsOfOneRun() {
    CommandRun run =
        CommandRun.of(
            state,
            "sql",
            "--format",
            "csv",
            "SET TimeZone = 'Asia/Tokyo'; SELECT current_setting('TimeZone') AS zone");
    assertThat(run.out()).as(run.err()).endsWith("zone\nAsia/Tokyo\n");
  }

  @Test
  void failsWithDuckDBsMessage() {
    CommandRun run = CommandRun.of(state, "sql", "SELECT * FROM peopel");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("duckherder-cluster: ")
        .contains("Table with name peopel does not exist");
  }

  @Test
  void refusesASecondClusterInTheSameStateDirectory() {
    CommandRun run =
        CommandRun.of(state, "start", "--database", "p=" + directory.resolve("people.duckdb"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("duckherder-cluster: A cluster already runs in " + state)
        .contains("--state-dir")
        .hasLineCount(1);
  }

  @Test
  void keepsItsSecretToItself() throws IOException {
    Path secretFile = state.resolve("secret");
    assertThat(Files.getPosixFilePermissions(secretFile))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String secret = Files.readString(secretFile).strip();
    RunningDriver driver = StateDirectory.of(state).findDriver().orElseThrow();
    ProcessHandle process = ProcessHandle.of(driver.pid()).orElseThrow();
    assertThat(CommandLines.of(process)).doesNotContain(secret);
    assertThat(process.children())
        .allSatisfy(
            worker ->
                assertThat(CommandLines.of(worker)).contains("--driver").doesNotContain(secret));
    try (var logs = Files.list(state.resolve("logs"))) {
      assertThat(logs)
          .isNotEmpty()
          .allSatisfy(log -> assertThat(Files.readString(log)).doesNotContain(secret));
    }
  }
}

package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code start} says when it cannot: one line, what to do, and the exit status. */
final class TestStartErrors {
  @TempDir Path directory;

  @Test
  void namesAFileThatIsMissing() {
    Path missing = directory.resolve("missing.duckdb");
    assertFailure(start(missing), "\"" + missing + "\": no such file");
  }

  @Test
  void namesAFileThatIsNoDatabase() throws IOException {
    Path text = Files.writeString(directory.resolve("text.duckdb"), "not a database".repeat(2000));
    assertFailure(start(text), "\"" + text + "\": it is not a DuckDB database file");
  }

  @Test
  void namesAFileOfANewerDuckDB() throws IOException, SQLException {
    Path file = Databases.fromTheFuture(Databases.people(directory.resolve("newer.duckdb")));
    assertFailure(start(file), "\"" + file + "\"", "version of DuckDB");
  }

  @Test
  void namesAFileThatIsOpenForWriting() throws SQLException {
    Path file = Databases.people(directory.resolve("busy.duckdb"));
    try (Connection writer = Databases.open(file)) {
      assertThat(writer.isClosed()).isFalse();
      assertFailure(
          start(file), "\"" + file + "\": another process has it open for writing; close it there");
    }
  }

  @Test
  void namesAPortThatIsTaken() throws IOException, SQLException {
    Path file = Databases.people(directory.resolve("people.duckdb"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertFailure(start(file, "--port", port), "Cannot listen on 127.0.0.1:" + port, "--port");
    }
  }

  @Test
  void namesAStateDirectoryThatCannotBeUsed() throws IOException, SQLException {
    Path file = Databases.people(directory.resolve("people.duckdb"));
    Path inTheWay = Files.writeString(directory.resolve("file"), "");
    assertFailure(
        CommandRun.of(inTheWay.resolve("state"), "start", "--database", "p=" + file),
        "Cannot use the state directory",
        "--state-dir");
  }

  @Test
  void refusesToServeOthersWithoutAToken() throws SQLException {
    Path file = Databases.people(directory.resolve("people.duckdb"));
    CommandRun run = start(file, "--host", "0.0.0.0");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("duckherder-cluster: Cannot bind 0.0.0.0 without a token")
        .contains("--token-file")
        .hasLineCount(1);
  }

  @Test
  void namesAnUnknownOptionAndTheNearest() {
    CommandRun run = CommandRun.of(directory, "start", "--memory-limt", "1GiB");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "duckherder-cluster: Unknown option \"--memory-limt\"; did you mean --memory-limit?\n");
  }

  @Test
  void namesAnUnknownKeyOfTheConfigurationAndTheNearest() throws IOException {
    Path config = Files.writeString(directory.resolve("c.toml"), "worker-treads = 3\n");
    CommandRun run = CommandRun.of(directory, "start", "--config", config.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "duckherder-cluster: Cannot use the configuration \"%s\": unknown key \"worker-treads\"; did you mean \"worker-threads\"?\n"
                .formatted(config));
  }

  @Test
  void namesASettingThatIsNone() throws IOException {
    CommandRun run = CommandRun.of(directory, "start", "--set", "duckherder_execution=fast");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "duckherder-cluster: Invalid option \"--set\": Invalid value \"fast\" for duckherder_execution");
    Path config =
        Files.writeString(directory.resolve("c.toml"), "[set]\nduckherder_exec = \"single\"\n");
    assertThat(CommandRun.of(directory, "start", "--config", config.toString()).err())
        .startsWith(
            "duckherder-cluster: Invalid option \"--set\": Unknown setting \"duckherder_exec\"");
  }

  @Test
  void wantsADatabase() {
    CommandRun run = CommandRun.of(directory, "start");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("duckherder-cluster: No database to serve");
  }

  private CommandRun start(Path file, String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "start";
    arguments[1] = "--database";
    arguments[2] = "p=" + file;
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(directory.resolve("state"), arguments);
  }

  private static void assertFailure(CommandRun run, String... parts) {
    assertThat(run.err()).startsWith("duckherder-cluster: ").hasLineCount(1).contains(parts);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }
}

package io.duckherder.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.local.JavaCommand;
import io.duckherder.cluster.local.RunningDriver;
import io.duckherder.cluster.local.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a cluster's processes. */
final class TestClusterLife {
  private static final String TOKEN = "a-token-that-is-long-enough";

  @TempDir Path directory;
  private Path state;
  private final List<ProcessHandle> processes = new ArrayList<>();

  @BeforeEach
  void prepare() throws SQLException {
    state = directory.resolve("state");
    Databases.people(directory.resolve("people.duckdb"));
  }

  @AfterEach
  void leaveNothingBehind() {
    processes.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void takesItsWorkersAlongWhenTheDriverIsKilled()
      throws InterruptedException, ExecutionException, TimeoutException, IOException {
    Path config =
        Files.writeString(
            directory.resolve("cluster.toml"),
            """
            workers = 1
            port = 0
            memory-limit = "256MiB"

            [database]
            p = "people.duckdb"

            [managed]
            notes = "notes.duckdb"
            """);
    RunningDriver driver = start("--config", config.toString());
    CommandRun write = CommandRun.of(state, "sql", "CREATE TABLE notes.n AS FROM p.people");
    assertThat(write.status()).as(write.err()).isZero();
    ProcessHandle process = ProcessHandle.of(driver.pid()).orElseThrow();
    List<ProcessHandle> workers = process.children().toList();
    assertThat(workers)
        .singleElement()
        .satisfies(worker -> assertThat(CommandLines.of(worker)).contains("--memory-limit 256MiB"));

    process.destroyForcibly();

    process.onExit().get(1, TimeUnit.MINUTES);
    workers.get(0).onExit().get(1, TimeUnit.MINUTES);
    assertThat(state.resolve("driver.json")).exists();
    assertThat(CommandRun.of(state, "status").err()).contains("No cluster runs in " + state);
    start("--database", "p=" + directory.resolve("people.duckdb"), "--port", "0", "--workers", "0");
    assertThat(CommandRun.of(state, "stop").status()).isZero();
  }

  @Test
  void asksForItsTokenAndTakesWorkersThatHaveIt() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    RunningDriver driver =
        start(
            "--database",
            "p=" + directory.resolve("people.duckdb"),
            "--port",
            "0",
            "--workers",
            "1",
            "--token-file",
            token.toString());
    Path elsewhere = directory.resolve("elsewhere");
    String url = driver.url();

    CommandRun without = CommandRun.of(elsewhere, "sql", "--url", url, "SELECT 1");
    assertThat(without.status()).isEqualTo(1);
    assertThat(without.err()).contains("token").hasLineCount(1);
    assertThat(
            CommandRun.withToken(elsewhere, "not-the-token-at-all", "status", "--url", url).err())
        .contains("token");
    assertThat(CommandRun.withToken(elsewhere, TOKEN, "status", "--url", url).out())
        .contains("worker-1");
    // The state directory remembers the token file, for whoever may read it.
    assertThat(
            CommandRun.of(state, "sql", "--format", "csv", "SELECT count(*) AS n FROM people")
                .out())
        .isEqualTo("n\n3\n");

    CommandRun impostor =
        CommandRun.withToken(
            elsewhere,
            "not-the-token-at-all",
            "worker",
            "--driver",
            url,
            "--id",
            "w9",
            "--port",
            "0");
    assertThat(impostor.status()).isEqualTo(1);
    assertThat(impostor.err()).contains("token").hasLineCount(1);
    assertThat(CommandRun.of(state, "stop").status()).isZero();
  }

  @Test
  void workerThatSharesNoFileFetchesWhatItReads() throws IOException {
    RunningDriver driver =
        start("--database", "p=" + directory.resolve("people.duckdb"), "--port=0", "--workers=0");
    Path replicas = directory.resolve("fetched");
    Process worker =
        new ProcessBuilder(
                JavaCommand.of(
                    DuckherderCluster.class.getName(),
                    List.of(
                        "worker",
                        "--driver",
                        driver.url(),
                        "--id=far",
                        "--port=0",
                        "--state-dir",
                        state.toString(),
                        "--memory-limit=256MiB",
                        "--no-shared-files",
                        "--replica-space=1GiB",
                        "--replicas",
                        replicas.toString())))
            .redirectErrorStream(true)
            .start();
    processes.add(worker.toHandle());
    assertThat(worker.inputReader().lines().anyMatch(line -> line.contains("far serves"))).isTrue();

    String count = "SET duckherder_execution = 'distributed'; SELECT count(*) AS n FROM people";
    assertThat(CommandRun.of(state, "sql", "--format", "csv", count).out()).contains("n\n3\n");

    try (Stream<Path> files = Files.walk(replicas)) {
      assertThat(files).anyMatch(file -> file.endsWith("slot-1.duckdb"));
    }
    assertThat(CommandRun.of(state, "stop").status()).isZero();
  }

  private RunningDriver start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("start", "--daemon"));
    all.addAll(List.of(arguments));
    CommandRun run = CommandRun.of(state, all.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    RunningDriver driver = StateDirectory.of(state).findDriver().orElseThrow();
    ProcessHandle process = ProcessHandle.of(driver.pid()).orElseThrow();
    processes.add(process);
    processes.addAll(process.children().toList());
    return driver;
  }
}

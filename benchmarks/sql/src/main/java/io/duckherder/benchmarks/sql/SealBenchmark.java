package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.cluster.local.LogFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Changes rows of a database that a cluster writes and seals it, once with the change in the log
 * and once after a checkpoint; then reads right after commits. Does so on files of several sizes.
 */
@Command(name = "seal-benchmark", mixinStandardHelpOptions = true)
public final class SealBenchmark implements Callable<Integer> {
  /** Rows of 40 bytes that do not compress. */
  private static final long ROWS_A_GIGABYTE = 27_000_000;

  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(
      names = "--gigabytes",
      split = ",",
      description = "Sizes of the files (default: ${DEFAULT-VALUE}).")
  private List<Integer> gigabytes = List.of(1, 4);

  @Option(
      names = "--rounds",
      description =
          "How often each change is made, after once to warm up (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--reads",
      description = "Reads after commits, of each kind (default: ${DEFAULT-VALUE}).")
  private int reads = 50;

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    LogFiles.toStandardError();
    System.exit(new CommandLine(new SealBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(data);
    SealReport report = new SealReport();
    for (int size : gigabytes) {
      measure(size, report);
    }
    RecordingFiles.leave(record, report.group());
    System.out.println(report.markdown());
    return 0;
  }

  private void measure(int size, SealReport report) throws Exception {
    long rows = size * ROWS_A_GIGABYTE;
    Path generated = data.resolve("seal-%dgb.duckdb".formatted(size));
    if (!Files.exists(generated)) {
      System.err.println("Generating " + generated.getFileName());
      generate(generated, rows);
    }
    Path folder = Files.createTempDirectory(data, "seal-");
    Path live = Files.copy(generated, folder.resolve("live.duckdb"));
    List<String> start =
        List.of(
            "start",
            "--port=0",
            "--workers=2",
            "--worker-threads=1",
            "--state-dir=" + folder.resolve("state"),
            "--seal-interval=86400",
            "--wal-limit=65536",
            "--managed=live=" + live);
    try (BufferAllocator allocator = new RootAllocator();
        ServerProcess cluster =
            ServerProcess.start("io.duckherder.cluster.cli.DuckherderCluster", start);
        QueryClient client = new QueryClient(cluster.url(), allocator)) {
      String name = "%d GB".formatted(size);
      new SealRun(client, rows, rounds).measure(name, report);
      new FreshReads(client, rows, reads).measure(name, report);
    } finally {
      delete(folder);
    }
  }

  private static void generate(Path file, long rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE big AS
          SELECT range AS id, hash(range) AS a, hash(range + 1) AS b, hash(range + 2) AS c,
            hash(range + 3) AS d
          FROM range(%d)
          """
              .formatted(rows));
      statement.execute("CREATE TABLE small AS SELECT * FROM big WHERE id < 1000");
    }
  }

  private static void delete(Path folder) throws java.io.IOException {
    try (var files = Files.walk(folder)) {
      for (Path path : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    }
  }
}

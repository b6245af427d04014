package io.duckherder.benchmarks.sql;

import com.google.protobuf.Any;
import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.benchmarks.report.Timings;
import io.duckherder.cluster.local.LogFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Rows a second into a table of a file: by DuckDB's own insert of Arrow in this process, with one
 * thread, and by Flight SQL's ingest into a managed database, in turns.
 */
@Command(name = "ingest-benchmark", mixinStandardHelpOptions = true)
public final class IngestBenchmark implements Callable<Integer> {
  private static final long PAUSE_NANOS = 100_000;
  private static final double AIM = 0.5;
  private static final List<SameRows.Shape> SHAPES =
      List.of(new SameRows.Shape(6, 0), new SameRows.Shape(2, 2));

  @Option(names = "--data", required = true, description = "Folder to write into.")
  private Path data = Path.of(".");

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    LogFiles.toStandardError();
    System.exit(new CommandLine(new IngestBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(data);
    Path folder = Files.createTempDirectory(data, "ingest-");
    List<String> start =
        List.of(
            "start",
            "--port=0",
            "--workers=0",
            "--state-dir=" + folder.resolve("state"),
            "--managed=sales=" + folder.resolve("sales.duckdb"));
    try (BufferAllocator allocator = new RootAllocator();
        ServerProcess cluster =
            ServerProcess.start("io.duckherder.cluster.cli.DuckherderCluster", start);
        DuckDBConnection duckdb =
            (DuckDBConnection)
                DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("one.duckdb"));
        FlightClient client =
            FlightClient.builder(allocator, new Location(cluster.url())).build()) {
      try (Statement statement = duckdb.createStatement()) {
        statement.execute("SET threads = 1");
      }
      measure(duckdb, client, allocator);
      return 0;
    } finally {
      delete(folder);
    }
  }

  private void measure(DuckDBConnection duckdb, FlightClient client, BufferAllocator allocator)
      throws Exception {
    List<Measurement> rows = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    for (SameRows.Shape shape : SHAPES) {
      Timings alone = new Timings();
      Timings ingest = new Timings();
      // Round 0 warms up.
      for (int round = 0; round <= rounds; round++) {
        double one = rate(() -> insert(duckdb, allocator, shape));
        double other = rate(() -> ingest(client, allocator, shape));
        if (round > 0) {
          alone.add(one);
          ingest.add(other);
        }
        System.out.printf(
            "%s: DuckDB %.2f M rows/s, ingest %.2f M rows/s: %.2f%n",
            shape, one, other, other / one);
      }
      rows.add(alone.measurement(shape.toString(), "DuckDB, in-process"));
      rows.add(ingest.measurement(shape.toString(), "ingest"));
      String name = "rate of ingest to DuckDB's, " + shape;
      ratios.add(new Ratio(name, ingest.median() / alone.median(), Ratio.Better.MORE, AIM));
    }
    String title = "Ingest through Flight SQL";
    RecordingFiles.leave(record, new MeasuredGroup("ingest", title, "M rows/s", rows, ratios));
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Million rows a second. */
  private static double rate(Work work) throws Exception {
    long started = System.nanoTime();
    work.run();
    return SameRows.ROWS * 1000.0 / (System.nanoTime() - started);
  }

  private static void insert(
      DuckDBConnection duckdb, BufferAllocator allocator, SameRows.Shape shape) throws Exception {
    try (SameRows rows = new SameRows(allocator, shape);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        Statement statement = duckdb.createStatement()) {
      Data.exportArrayStream(allocator, rows, stream);
      duckdb.registerArrowStream("rows", stream);
      statement.execute("CREATE OR REPLACE TABLE t AS FROM rows");
    }
  }

  /** As FlightSqlClient does it, which keeps a core busy while the server is not ready, though. */
  private static void ingest(FlightClient client, BufferAllocator allocator, SameRows.Shape shape)
      throws Exception {
    TableDefinitionOptions replace =
        TableDefinitionOptions.newBuilder()
            .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
            .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE)
            .build();
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder()
            .setTable("t")
            .setTableDefinitionOptions(replace)
            .build();
    FlightDescriptor descriptor = FlightDescriptor.command(Any.pack(command).toByteArray());
    try (SameRows rows = new SameRows(allocator, shape);
        SyncPutListener answers = new SyncPutListener()) {
      FlightClient.ClientStreamListener stream =
          client.startPut(descriptor, rows.getVectorSchemaRoot(), answers);
      while (rows.loadNextBatch()) {
        while (!stream.isReady()) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        stream.putNext();
      }
      stream.completed();
      stream.getResult();
      PutResult count = answers.read();
      if (count != null) {
        count.close();
      }
    }
  }

  private static void delete(Path folder) throws java.io.IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

package io.duckherder.cluster.managed;

import com.google.protobuf.Any;
import io.duckherder.cluster.ClusterRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.duckdb.DuckDBConnection;

/** Rows a second into a table of a file: by DuckDB's own Arrow insert in-process, by ingest. */
final class BenchmarkIngest {
  private static final int ROUNDS = 5;
  private static final int BATCHES = 100;
  private static final int BATCH_ROWS = 50_000;
  private static final long PAUSE_NANOS = 100_000;

  private BenchmarkIngest() {}

  /** The same batch many times, so that making it counts for little. */
  private static final class SameRows extends ArrowReader {
    private final int numbers;
    private final int texts;
    private int given;

    SameRows(BufferAllocator allocator, int numbers, int texts) {
      super(allocator);
      this.numbers = numbers;
      this.texts = texts;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      if (given == 0) {
        fill(getVectorSchemaRoot());
      }
      return given++ < BATCHES;
    }

    private void fill(VectorSchemaRoot root) {
      root.allocateNew();
      for (int row = 0; row < BATCH_ROWS; row++) {
        for (int i = 0; i < numbers; i++) {
          ((BigIntVector) root.getVector(i)).setSafe(row, row * 7919L + i);
        }
        for (int i = 0; i < texts; i++) {
          ((VarCharVector) root.getVector(numbers + i))
              .setSafe(row, new Text("value " + row % 977));
        }
      }
      root.setRowCount(BATCH_ROWS);
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}

    @Override
    protected Schema readSchema() {
      List<Field> fields = new ArrayList<>();
      IntStream.range(0, numbers)
          .forEach(i -> fields.add(Field.nullable("n" + i, new ArrowType.Int(64, true))));
      IntStream.range(0, texts)
          .forEach(i -> fields.add(Field.nullable("s" + i, ArrowType.Utf8.INSTANCE)));
      return new Schema(fields);
    }
  }

  /** Prints rates of both, round by round. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("ingest");
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill"))
                .workers(0)
                .managed(
                    ManagedConfig.of(
                        Map.of("sales", directory.resolve("sales.duckdb")),
                        directory.resolve("replicas")))
                .build();
        DuckDBConnection duckdb =
            (DuckDBConnection)
                DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("one.duckdb"));
        FlightClient client =
            FlightClient.builder(cluster.allocator(), cluster.driver().location()).build()) {
      try (Statement statement = duckdb.createStatement()) {
        statement.execute("SET threads = 1");
      }
      for (int[] shape : new int[][] {{6, 0}, {2, 2}}) {
        for (int round = 0; round < ROUNDS; round++) {
          double alone = rate(() -> insert(duckdb, cluster.allocator(), shape));
          double ingest = rate(() -> ingest(client, cluster.allocator(), shape));
          System.out.printf(
              "%d numbers, %d texts: DuckDB %.2f M rows/s, ingest %.2f M rows/s: %.2f%n",
              shape[0], shape[1], alone, ingest, ingest / alone);
        }
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double rate(Work work) throws Exception {
    long started = System.nanoTime();
    work.run();
    return BATCHES * (double) BATCH_ROWS * 1000 / (System.nanoTime() - started);
  }

  private static void insert(DuckDBConnection duckdb, BufferAllocator allocator, int[] shape)
      throws Exception {
    try (SameRows rows = new SameRows(allocator, shape[0], shape[1]);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        Statement statement = duckdb.createStatement()) {
      Data.exportArrayStream(allocator, rows, stream);
      duckdb.registerArrowStream("rows", stream);
      statement.execute("CREATE OR REPLACE TABLE t AS FROM rows");
    }
  }

  /** As FlightSqlClient does it, which keeps a core busy while the server is not ready, though. */
  private static void ingest(FlightClient client, BufferAllocator allocator, int[] shape)
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
    try (SameRows rows = new SameRows(allocator, shape[0], shape[1]);
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
}

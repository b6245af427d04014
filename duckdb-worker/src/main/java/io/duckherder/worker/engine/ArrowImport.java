package io.duckherder.worker.engine;

import io.duckherder.exchange.ExchangeForm;
import io.duckherder.plan.ResultColumn;
import io.duckherder.wire.BatchStream;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/**
 * Takes the rows of a stream, in their exchange form, into a table. The connection is of no further
 * use: it has a view of the stream.
 */
final class ArrowImport {
  private static final String VIEW = "duckherder_stream";

  private final DuckDBConnection connection;
  private final StreamAllocators allocators;

  ArrowImport(DuckDBConnection connection, StreamAllocators allocators) {
    this.connection = connection;
    this.allocators = allocators;
  }

  /**
   * What came.
   *
   * @param rows rows
   * @param bytes bytes in Arrow's memory
   */
  record Imported(long rows, long bytes) {
    /** Bytes of a row, on average. */
    long rowBytes() {
      return bytes / Math.max(1, rows);
    }
  }

  /**
   * Makes a table of the rows; it is there when this returns, and not if this fails.
   *
   * @param table its quoted name
   * @param columns the types that the rows have outside their exchange form
   * @param stream stays the caller's to close
   */
  Imported load(
      String table, List<ResultColumn> columns, BatchStream stream, StatementInterrupt interrupt) {
    BufferAllocator allocator = allocators.open();
    BatchStreamReader reader = new BatchStreamReader(stream, allocator);
    try (ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, exported);
      try {
        connection.registerArrowStream(VIEW, exported);
        create(table, columns, interrupt);
      } finally {
        release(exported);
      }
      return new Imported(reader.rows(), reader.bytesRead());
    } catch (RuntimeException e) {
      RuntimeException cause = reader.failure();
      throw cause == null || interrupt.cancelled() ? e : cause;
    } finally {
      close(reader);
      allocators.retire(allocator);
    }
  }

  private void create(String table, List<ResultColumn> columns, StatementInterrupt interrupt) {
    interrupt.run(
        connection,
        "CREATE TABLE %s AS %s"
            .formatted(table, ExchangeForm.restore("temp.main." + VIEW, columns)));
  }

  /** DuckDB lets go of a stream that it has read; one that it never began is let go of here. */
  private static void release(ArrowArrayStream exported) {
    if (exported.snapshot().release != 0) {
      exported.release();
    }
  }

  private static void close(BatchStreamReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new IllegalStateException("Nothing is read at the end", e);
    }
  }
}

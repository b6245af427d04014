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
 * Takes the rows of a stream, in their exchange form or as a client sends them, into a table. The
 * connection is left with a view of the stream.
 */
final class ArrowImport {
  private static final String NAME = "duckherder_stream";

  /** The stream, while a statement of {@link #run} reads it. */
  static final String VIEW = "temp.main." + NAME;

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
   * @param changed rows that the statement changed by them
   */
  record Imported(long rows, long bytes, long changed) {
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
    String sql = "CREATE TABLE %s AS %s".formatted(table, ExchangeForm.restore(VIEW, columns));
    return run(sql, stream, interrupt, () -> {});
  }

  /**
   * Runs a statement that reads the stream once, as {@link #VIEW}.
   *
   * @param stream stays the caller's to close
   * @param alsoStop what to stop besides when this is interrupted
   */
  Imported run(String sql, BatchStream stream, StatementInterrupt interrupt, Runnable alsoStop) {
    BufferAllocator allocator = allocators.open();
    BatchStreamReader reader = new BatchStreamReader(stream, allocator);
    try (ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, exported);
      long changed;
      try {
        connection.registerArrowStream(NAME, exported);
        changed = Math.max(0, interrupt.run(connection, sql, alsoStop));
      } finally {
        release(exported);
      }
      return new Imported(reader.rows(), reader.bytesRead(), changed);
    } catch (RuntimeException e) {
      RuntimeException cause = reader.failure();
      throw cause == null || interrupt.cancelled() ? e : cause;
    } finally {
      close(reader);
      allocators.retire(allocator);
    }
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

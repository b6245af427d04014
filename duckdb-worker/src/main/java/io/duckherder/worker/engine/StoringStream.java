package io.duckherder.worker.engine;

import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentOutput;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.OutputStatistics;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Runs a fragment whose rows are kept here: its stream has one row, which tells how many they are.
 */
final class StoringStream implements BatchStream {
  private final ExchangeStore store;
  private final QueryExchange query;
  private final Fragment fragment;
  private final FragmentOutput output;
  private final EngineConnection connection;
  private final FragmentInputs inputs;
  private final StatementInterrupt interrupt;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private boolean ended;
  private boolean closed;

  StoringStream(
      ExchangeStore store,
      QueryExchange query,
      Fragment fragment,
      FragmentOutput output,
      EngineConnection connection,
      FragmentInputs inputs) {
    this.store = store;
    this.query = query;
    this.fragment = fragment;
    this.output = output;
    this.connection = connection;
    this.inputs = inputs;
    this.interrupt = new StatementInterrupt(store.timer());
    this.allocator = store.allocators().open();
    this.root = VectorSchemaRoot.create(OutputStatistics.SCHEMA, allocator);
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public boolean next() {
    if (ended) {
      interrupt.requireNotCancelled();
      return false;
    }
    keep().write(root);
    ended = true;
    return true;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public void cancel() {
    inputs.cancel();
    interrupt.cancel();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      root.close();
      connection.close();
    } finally {
      store.allocators().retire(allocator);
    }
  }

  private OutputStatistics keep() {
    long start = System.nanoTime();
    inputs.provide(connection);
    QueryTables tables = query.tables(store.engine(), fragment.snapshot());
    String table = tables.name(output.table());
    // The line break ends a comment that the statement may close with.
    long rows =
        interrupt.run(
            connection.jdbc(), "CREATE OR REPLACE TABLE " + table + " AS " + fragment.sql() + "\n");
    connection.requireUnchanged();
    long bytes = StoredSize.of(connection, table, rows);
    tables.stored(output.table(), bytes / Math.max(1, rows));
    return new OutputStatistics(
        rows,
        bytes,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
        inputs.copied().stream().mapToLong(ArrowImport.Imported::rows).sum(),
        inputs.copied().stream().mapToLong(ArrowImport.Imported::bytes).sum(),
        inputs.millis());
  }
}

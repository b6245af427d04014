package io.duckherder.cluster.sql;

import io.duckherder.cluster.gather.HeldRows;
import io.duckherder.wire.BatchStream;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows that wait for the one who reads them; closed if nobody will. */
record HeldAnswer(Schema schema, HeldRows rows, BufferAllocator allocator)
    implements Supplier<BatchStream>, StatementResult.Discardable {
  @Override
  public BatchStream get() {
    return new HeldStream(schema, rows, allocator);
  }

  @Override
  public void discard() {
    rows.close();
  }
}

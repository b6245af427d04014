package io.duckherder.cluster.sql;

import io.duckherder.wire.BatchStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows of small queries between the call that ran them and the one that reads them. They are
 * dropped when they are too old or too many: whoever reads them then runs the query again, so
 * nothing is lost but time. Safe for use by many threads.
 */
final class HeldResults {
  private final Clock clock;
  private final Duration patience;
  private final long capacity;

  /** The oldest first. Guarded by this. */
  private final Set<Held> all = new LinkedHashSet<>();

  /** Guarded by this. */
  private long bytes;

  /**
   * @param patience how long rows wait for their reader
   * @param capacity most bytes of all rows that wait
   */
  HeldResults(Clock clock, Duration patience, long capacity) {
    this.clock = clock;
    this.patience = patience;
    this.capacity = capacity;
  }

  /** One result; read at most once. */
  final class Held implements Supplier<BatchStream>, StatementResult.Discardable {
    private final Schema schema;
    private final long size;
    private final Instant since;
    private final Supplier<BatchStream> again;
    private final BufferAllocator allocator;

    /** Guarded by the results; null once the rows are read or dropped. */
    private @Nullable Optional<ArrowRecordBatch> batch;

    private Held(
        Schema schema,
        Optional<ArrowRecordBatch> batch,
        Supplier<BatchStream> again,
        BufferAllocator allocator) {
      this.schema = schema;
      this.batch = batch;
      this.size = batch.map(ArrowRecordBatch::computeBodyLength).orElse(0L);
      this.since = clock.instant();
      this.again = again;
      this.allocator = allocator;
    }

    @Override
    public BatchStream get() {
      Optional<ArrowRecordBatch> rows = take(this);
      return rows == null ? again.get() : new ReadyRows(schema, rows, allocator);
    }

    @Override
    public void discard() {
      Optional<ArrowRecordBatch> rows = take(this);
      if (rows != null) {
        rows.ifPresent(ArrowRecordBatch::close);
      }
    }
  }

  /**
   * Holds rows, which it owns from here on.
   *
   * @param again runs the query anew
   * @param allocator of the vectors that the rows are read from
   */
  Held hold(
      Schema schema,
      Optional<ArrowRecordBatch> batch,
      Supplier<BatchStream> again,
      BufferAllocator allocator) {
    Held held = new Held(schema, batch, again, allocator);
    synchronized (this) {
      all.add(held);
      bytes += held.size;
    }
    tidy();
    return held;
  }

  /** Drops what is too old, and the oldest of what is too much. */
  synchronized void tidy() {
    Instant limit = clock.instant().minus(patience);
    Iterator<Held> oldest = all.iterator();
    while (oldest.hasNext()) {
      Held held = oldest.next();
      if (bytes <= capacity && !held.since.isBefore(limit)) {
        return;
      }
      oldest.remove();
      bytes -= held.size;
      if (held.batch != null) {
        held.batch.ifPresent(ArrowRecordBatch::close);
        held.batch = null;
      }
    }
  }

  /** Bytes of the rows that wait. */
  synchronized long bytes() {
    return bytes;
  }

  private synchronized @Nullable Optional<ArrowRecordBatch> take(Held held) {
    Optional<ArrowRecordBatch> rows = held.batch;
    held.batch = null;
    if (all.remove(held)) {
      bytes -= held.size;
    }
    return rows;
  }
}

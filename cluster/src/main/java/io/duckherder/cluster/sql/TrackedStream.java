package io.duckherder.cluster.sql;

import io.duckherder.cluster.admission.Admission;
import io.duckherder.cluster.history.LiveQuery;
import io.duckherder.cluster.history.QueryState;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query on their way to the client. Nothing runs before the query is admitted, which
 * the thread waits for that reads first; what becomes of the query is noted, and its slot given
 * back, when the stream is closed.
 */
final class TrackedStream implements BatchStream {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final StatementResult result;
  private final LiveQuery query;
  private final Optional<Admission> admission;
  private final Consumer<LiveQuery> onEnd;
  private @Nullable Thread reader;
  private long cpuBefore;
  private boolean complete;
  private @Nullable Throwable failure;

  /** Guarded by this. */
  private @Nullable BatchStream stream;

  /** Guarded by this. */
  private boolean cancelled;

  /** Guarded by this. */
  private boolean closed;

  /**
   * @param admission the query's place in the queue, which the stream closes
   * @param onEnd told of the query once it has ended
   */
  TrackedStream(
      StatementResult result,
      LiveQuery query,
      Optional<Admission> admission,
      Consumer<LiveQuery> onEnd) {
    this.result = result;
    this.query = query;
    this.admission = admission;
    this.onEnd = onEnd;
    if (admission.isPresent() && !admission.get().granted()) {
      query.queued();
    }
  }

  @Override
  public Schema schema() {
    return result.schema();
  }

  @Override
  public VectorSchemaRoot root() {
    return opened().root();
  }

  @Override
  public boolean next() {
    BatchStream rows = opened();
    try {
      if (rows.next()) {
        query.sent(rows.root().getRowCount(), bytes(rows.root()));
        return true;
      }
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    complete = true;
    return false;
  }

  private static long bytes(VectorSchemaRoot root) {
    long bytes = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    return bytes;
  }

  private BatchStream opened() {
    synchronized (this) {
      if (cancelled) {
        throw cancelledFailure();
      }
      if (stream != null) {
        return stream;
      }
    }
    try {
      return open();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  private BatchStream open() {
    admission.ifPresent(Admission::await);
    query.started();
    reader = Thread.currentThread();
    cpuBefore = THREADS.getCurrentThreadCpuTime();
    BatchStream opened = result.source().get();
    synchronized (this) {
      stream = opened;
      if (cancelled) {
        opened.cancel();
      }
    }
    return opened;
  }

  private RuntimeException failed(Throwable why) {
    failure = why;
    if (why instanceof Error error) {
      throw error;
    }
    return (RuntimeException) why;
  }

  @Override
  public void cancel() {
    @Nullable BatchStream running;
    synchronized (this) {
      cancelled = true;
      running = stream;
    }
    admission.ifPresent(Admission::cancel);
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void close() {
    @Nullable BatchStream running;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      running = stream;
    }
    try {
      if (running != null) {
        running.close();
      }
    } finally {
      admission.ifPresent(Admission::close);
      end();
    }
  }

  private void end() {
    if (Thread.currentThread().equals(reader)) {
      long nanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
      query.cpuMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
    }
    if (complete) {
      query.end(QueryState.FINISHED, Optional.empty());
    } else {
      query.fail(failure == null ? cancelledFailure() : failure);
    }
    onEnd.accept(query);
  }

  private static DuckherderException cancelledFailure() {
    return new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
  }
}

package io.duckherder.wire;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.jspecify.annotations.Nullable;

/**
 * Sends a stream's batches to a Flight client, no faster than the client takes them. The call's own
 * thread must not wait for the client (gRPC delivers the readiness on it), so an executor does.
 */
public final class BatchSender {
  private final BatchStream stream;
  private final ServerStreamListener listener;
  private final Object signal = new Object();
  private final Consumer<BatchSender> onEnd;
  private volatile @Nullable DuckherderException ending;
  private volatile boolean tellsWork;

  /**
   * A sender that has not started.
   *
   * @param onEnd called once, with this, after the stream is closed
   */
  public BatchSender(
      BatchStream stream, ServerStreamListener listener, Consumer<BatchSender> onEnd) {
    this.stream = stream;
    this.listener = listener;
    this.onEnd = onEnd;
  }

  /** The same, which tells with each batch how long DuckDB worked for all so far. */
  public BatchSender tellingWork() {
    tellsWork = true;
    return this;
  }

  /** Makes a sender and starts it. */
  public static void send(
      BatchStream stream, ServerStreamListener listener, Executor executor, Runnable onEnd) {
    new BatchSender(stream, listener, sender -> onEnd.run()).start(executor);
  }

  /**
   * Starts to send; returns at once. The stream is closed at the end, however it ends: complete,
   * failed, stopped, or because the client cancelled or disappeared.
   */
  public void start(Executor executor) {
    listener.setOnReadyHandler(this::wake);
    listener.setOnCancelHandler(this::interrupt);
    if (listener.isCancelled()) {
      // It went before there was a handler to be told.
      interrupt();
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      stream.close();
      onEnd.accept(this);
      listener.error(FlightErrors.toFlight(stoppedFailure()));
    }
  }

  /**
   * Sends on this thread and waits for nothing, the client neither: for a stream whose few rows are
   * at hand.
   */
  public void sendNow() {
    try {
      try (stream) {
        listener.setUseZeroCopy(true);
        listener.start(stream.root());
        while (stream.next()) {
          listener.putNext();
        }
      }
      listener.completed();
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      onEnd.accept(this);
    }
  }

  /** Ends the stream because the server stops; the client gets an error that it may retry. */
  public void stop() {
    end(stoppedFailure());
  }

  /** Ends the stream because somebody asks for it, even if the client does not read. */
  public void cancel() {
    end(new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled"));
  }

  private void end(DuckherderException why) {
    ending = why;
    interrupt();
  }

  private void run() {
    try {
      try (stream) {
        listener.setUseZeroCopy(true);
        listener.start(stream.root());
        while (stream.next()) {
          awaitReady();
          putNext();
        }
      }
      listener.completed();
    } catch (Throwable e) {
      fail(e);
    } finally {
      onEnd.accept(this);
    }
  }

  private void putNext() {
    Optional<BufferAllocator> allocator = tellsWork ? allocator() : Optional.empty();
    if (allocator.isEmpty()) {
      listener.putNext();
      return;
    }
    ArrowBuf work = allocator.get().buffer(Long.BYTES);
    work.writeLong(stream.workNanos());
    listener.putNext(work);
  }

  /** That of the batch; one that has no columns, or only columns without values, has none. */
  private Optional<BufferAllocator> allocator() {
    return stream.root().getFieldVectors().stream()
        .filter(column -> !(column instanceof NullVector))
        .map(FieldVector::getAllocator)
        .findFirst();
  }

  private void fail(Throwable e) {
    if (!listener.isCancelled()) {
      DuckherderException why = ending;
      listener.error(FlightErrors.toFlight(why == null ? e : why));
    }
  }

  /** Waits for the client; fails if it went, or the stream is to end. */
  private void awaitReady() throws InterruptedException {
    synchronized (signal) {
      while (!listener.isReady() && !listener.isCancelled() && ending == null) {
        signal.wait();
      }
    }
    DuckherderException why = ending;
    if (why != null) {
      throw why;
    }
    if (listener.isCancelled()) {
      throw new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The client went away");
    }
  }

  private void interrupt() {
    stream.cancel();
    wake();
  }

  private void wake() {
    synchronized (signal) {
      signal.notifyAll();
    }
  }

  private static DuckherderException stoppedFailure() {
    return new DuckherderException(
        StandardErrorCode.STREAM_BROKEN, "The stream ended early: the server is being stopped");
  }
}

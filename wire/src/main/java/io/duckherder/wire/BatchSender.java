package io.duckherder.wire;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;

/**
 * Sends a stream's batches to a Flight client, no faster than the client takes them. The call's own
 * thread must not wait for the client (gRPC delivers the readiness on it), so an executor does.
 */
public final class BatchSender {
  private static final long WAIT_MILLIS = 60_000;

  private BatchSender() {}

  /**
   * Starts to send; returns at once. The stream is closed at the end, however it ends: complete,
   * failed, or because the client cancelled or disappeared.
   *
   * @param onEnd called once, after the stream is closed
   */
  public static void send(
      BatchStream stream, ServerStreamListener listener, Executor executor, Runnable onEnd) {
    BackpressureStrategy.CallbackBackpressureStrategy ready =
        new BackpressureStrategy.CallbackBackpressureStrategy() {
          @Override
          protected void cancelCallback() {
            super.cancelCallback();
            stream.cancel();
          }
        };
    ready.register(listener);
    try {
      executor.execute(() -> run(stream, listener, ready, onEnd));
    } catch (RejectedExecutionException e) {
      stream.close();
      onEnd.run();
      listener.error(
          FlightErrors.toFlight(
              new DuckherderException(
                  StandardErrorCode.WORKER_DRAINING, "The server is being stopped", e)));
    }
  }

  private static void run(
      BatchStream stream,
      ServerStreamListener listener,
      BackpressureStrategy ready,
      Runnable onEnd) {
    try {
      try (stream) {
        listener.setUseZeroCopy(true);
        listener.start(stream.root());
        while (stream.next()) {
          if (!awaitReady(ready)) {
            return;
          }
          listener.putNext();
        }
      }
      listener.completed();
    } catch (Throwable e) {
      listener.error(FlightErrors.toFlight(e));
    } finally {
      onEnd.run();
    }
  }

  /** Waits for the client as long as it is there; false if it went. */
  private static boolean awaitReady(BackpressureStrategy ready) {
    BackpressureStrategy.WaitResult result;
    do {
      result = ready.waitForListener(WAIT_MILLIS);
    } while (result == BackpressureStrategy.WaitResult.TIMEOUT);
    return result == BackpressureStrategy.WaitResult.READY;
  }
}

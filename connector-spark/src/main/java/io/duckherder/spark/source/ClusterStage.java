package io.duckherder.spark.source;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.write.StageCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Stages rows with the driver of a cluster, as fast as it takes them. */
final class ClusterStage implements TaskStage {
  /** Flight's client does not tell when its driver is ready, and would turn the core hot. */
  private static final long LOOK_MILLIS = 1;

  private final String driver;
  private final Signal signal = new Signal();
  private final ClientStreamListener stream;
  private boolean ended;

  ClusterStage(FlightClient client, String driver, StageCommand command, VectorSchemaRoot root) {
    this.driver = driver;
    this.stream = client.startPut(command.encode(), root, signal);
  }

  /** What the driver says; wakes who waits for it. */
  private static final class Signal implements FlightClient.PutListener {
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();

    @Override
    public void getResult() {
      try {
        result.get();
      } catch (ExecutionException e) {
        throw StatusUtils.fromThrowable(e.getCause());
      } catch (InterruptedException e) {
        throw StatusUtils.fromThrowable(e);
      }
    }

    @Override
    public void onNext(PutResult answer) {
      // The driver tells nothing but the end.
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
      wake();
    }

    @Override
    public void onCompleted() {
      result.complete(true);
      wake();
    }

    @Override
    public boolean isCancelled() {
      return result.isDone();
    }

    synchronized void wake() {
      notifyAll();
    }

    synchronized void await(ClientStreamListener stream) throws InterruptedException {
      while (!stream.isReady() && !isCancelled()) {
        wait(LOOK_MILLIS);
      }
    }
  }

  @Override
  public void write() {
    try {
      signal.await(stream);
      if (signal.isCancelled()) {
        // The driver ended the call before the rows did.
        result();
      }
      stream.putNext();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The write was cancelled", e);
    }
  }

  @Override
  public void finish() {
    ended = true;
    stream.completed();
    result();
  }

  private void result() {
    try {
      signal.getResult();
    } catch (FlightRuntimeException e) {
      ended = true;
      throw FlightErrors.fromFlight(e, "the driver at " + driver);
    }
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      stream.error(
          CallStatus.CANCELLED.withDescription("The task ended early").toRuntimeException());
    }
  }
}

package io.duckherder.worker.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.replication.ObjectRange;
import io.duckherder.wire.replication.ReplicationActions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.VarBinaryVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls by which a worker asks its driver for what replicas are made of. One that breaks is
 * made again for a while, and goes on behind the bytes that came. Safe for use by many threads.
 */
final class DriverCalls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DriverCalls.class);
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final ClientPool clients;
  private final Location driver;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param clients they present the cluster's secret; the caller's to close, after this
   */
  DriverCalls(ClientPool clients, Location driver) {
    this.clients = clients;
    this.driver = driver;
  }

  /** The JSON that the driver answers to an action. */
  <T> T ask(String action, byte[] body, Class<T> answer) {
    return retrying(
        () -> {
          Iterator<Result> results = clients.client(driver).doAction(new Action(action, body));
          byte[] answered = new byte[0];
          while (results.hasNext()) {
            answered = results.next().getBody();
          }
          return ReplicationActions.read(answered, answer);
        });
  }

  /** Fills a buffer with the bytes of a range. */
  void read(ObjectRange range, ByteBuffer into) {
    int start = into.position();
    retrying(
        () -> {
          int done = into.position() - start;
          return receive(
              new ObjectRange(
                  range.database(),
                  range.file(),
                  range.object(),
                  range.offset() + done,
                  range.length() - done),
              into);
        });
  }

  private boolean receive(ObjectRange range, ByteBuffer into) {
    try (FlightStream stream = clients.client(driver).getStream(new Ticket(range.ticket()))) {
      while (into.hasRemaining() && stream.next()) {
        VarBinaryVector bytes = (VarBinaryVector) stream.getRoot().getVector(0);
        into.put(bytes.getDataBuffer().nioBuffer(bytes.getStartOffset(0), bytes.getValueLength(0)));
        requireOpen();
      }
    } catch (FlightRuntimeException | DuckherderException e) {
      throw e;
    } catch (Exception e) {
      throw new DuckherderException(
          StandardErrorCode.STREAM_BROKEN, "Cannot read from the driver: " + e.getMessage(), e);
    }
    if (into.hasRemaining()) {
      throw new DuckherderException(
          StandardErrorCode.STREAM_BROKEN,
          "The driver sent %d bytes too few of \"%s\"".formatted(into.remaining(), range.object()));
    }
    return true;
  }

  private interface Call<T> {
    T make();
  }

  private <T> T retrying(Call<T> call) {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      requireOpen();
      DuckherderException failure;
      try {
        return call.make();
      } catch (FlightRuntimeException e) {
        failure = FlightErrors.fromFlight(e, "driver at " + FlightClients.address(driver));
      } catch (DuckherderException e) {
        failure = e;
      }
      if (!failure.code().retryable() || attempt == ATTEMPTS) {
        throw failure;
      }
      log.warn("{}; asking again in {} ms", failure.text(), pause.toMillis());
      await(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private void await(Duration pause) {
    try {
      if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        requireOpen();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "Cancelled while asking the driver", e);
    }
  }

  private void requireOpen() {
    if (closed.getCount() == 0) {
      throw new DuckherderException(
          StandardErrorCode.WORKER_DRAINING, "The worker is being stopped");
    }
  }

  /** Ends the calls that are under way. */
  @Override
  public void close() {
    closed.countDown();
  }
}

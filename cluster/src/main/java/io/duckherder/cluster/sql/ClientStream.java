package io.duckherder.cluster.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.FlightErrors;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a client sends. Flight takes a few batches from it ahead of the reader, and no more.
 * The Flight stream stays the server's to close.
 */
final class ClientStream implements BatchStream {
  private static final String CLIENT = "the client";

  private final FlightStream stream;

  /** Guarded by this. */
  private @Nullable Thread waiting;

  /** Guarded by this. */
  private boolean cancelled;

  ClientStream(FlightStream stream) {
    this.stream = stream;
  }

  @Override
  public Schema schema() {
    return receive(stream::getSchema);
  }

  @Override
  public boolean next() {
    return receive(stream::next);
  }

  @Override
  public VectorSchemaRoot root() {
    return receive(stream::getRoot);
  }

  @Override
  public Map<Long, Dictionary> dictionaries() {
    return stream.getDictionaryProvider().getDictionaryIds().stream()
        .collect(Collectors.toMap(id -> id, id -> stream.getDictionaryProvider().lookup(id)));
  }

  private <T> T receive(Supplier<T> wait) {
    begin();
    try {
      return wait.get();
    } catch (FlightRuntimeException e) {
      throw isCancelled() ? cancelledFailure(e) : FlightErrors.fromFlight(e, CLIENT);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    if (cancelled) {
      throw cancelledFailure(null);
    }
    waiting = Thread.currentThread();
  }

  private synchronized void end() {
    waiting = null;
    if (cancelled) {
      // The interrupt was meant for the wait alone.
      Thread.interrupted();
    }
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  private static DuckherderException cancelledFailure(@Nullable Throwable cause) {
    return new DuckherderException(
        StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", cause);
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  @Override
  public void close() {
    // The server closes it.
  }
}

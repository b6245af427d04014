package io.duckherder.cluster.session;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.EngineConnection;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The connection of the driver's engine on which a session's temporary objects live. DuckDB runs
 * one statement of a connection at a time; the next one waits a while for it.
 */
public final class LocalConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final EngineConnection connection;
  private final Semaphore free = new Semaphore(1);
  private volatile boolean ended;

  /** Takes over a connection and closes it in the end. */
  public LocalConnection(EngineConnection connection) {
    this.connection = connection;
  }

  /** The files that the connection is on. */
  public Snapshot snapshot() {
    return connection.snapshot();
  }

  /** Whether what lives on it is still there. */
  boolean works() {
    return connection.works();
  }

  /** The connection for one statement; {@link #release} gives it back. */
  public EngineConnection acquire() {
    try {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DuckherderException(
            StandardErrorCode.TIMEOUT,
            "Another statement of this session still runs; read its result to the end or close it"
                + " first");
      }
      return connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
  }

  /** Gives back what {@link #acquire} gave. */
  public void release() {
    free.release();
    if (ended) {
      close();
    }
  }

  /** Closes the connection, once no statement runs on it. */
  @Override
  public void close() {
    ended = true;
    if (free.tryAcquire()) {
      connection.close();
    }
  }
}

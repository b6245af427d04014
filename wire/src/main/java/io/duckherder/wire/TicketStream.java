package io.duckherder.wire;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one ticket, from whichever worker can serve it.
 *
 * <p>A worker that cannot be reached, drains or dies is left for the next one. What was received
 * before is kept only if each run gives its rows in the same order: then the new run's first rows
 * are skipped. Otherwise a stream that broke after its first batch fails, and its reader starts
 * over.
 */
public final class TicketStream implements BatchStream {
  private static final Logger log = LoggerFactory.getLogger(TicketStream.class);

  private final ClientPool clients;
  private final Ticket ticket;
  private final List<Location> workers;
  private final boolean ordered;

  private @Nullable FlightStream stream;
  private @Nullable VectorSchemaRoot root;
  private int worker;

  /** Rows that the current run has given, those skipped included. */
  private long position;

  /** Rows that the reader has. */
  private long delivered;

  private int attempts;

  /** How long DuckDB worked for runs that broke, and for the current one. */
  private long workBefore;

  private long workOfRun;
  private volatile boolean cancelled;

  /** Guarded by this: the stream as the cancelling thread sees it. */
  private @Nullable FlightStream cancellable;

  /**
   * A stream that asks no worker yet.
   *
   * @param workers where to try, in this order; at least one
   * @param ordered whether each run of the ticket gives its rows in the same order
   */
  public TicketStream(ClientPool clients, byte[] ticket, List<Location> workers, boolean ordered) {
    if (workers.isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.NO_WORKERS, "Cannot read: no worker is alive; start one and try again");
    }
    this.clients = clients;
    this.ticket = new Ticket(ticket);
    this.workers = List.copyOf(workers);
    this.ordered = ordered;
  }

  @Override
  public Schema schema() {
    return root().getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    while (root == null) {
      try {
        root = VectorSchemaRoot.create(open().getSchema(), clients.allocator());
      } catch (FlightRuntimeException e) {
        recover(e);
      }
    }
    return root;
  }

  @Override
  public boolean next() {
    root();
    while (true) {
      try {
        return advance(open());
      } catch (FlightRuntimeException e) {
        recover(e);
      }
    }
  }

  @Override
  public int retries() {
    return attempts;
  }

  @Override
  public long workNanos() {
    return workBefore + workOfRun;
  }

  @Override
  public void cancel() {
    cancelled = true;
    FlightStream running;
    synchronized (this) {
      running = cancellable;
    }
    if (running != null) {
      running.cancel("cancelled by the reader", null);
    }
  }

  @Override
  public void close() {
    try {
      abandon();
    } finally {
      if (root != null) {
        root.close();
      }
    }
  }

  private boolean advance(FlightStream from) {
    while (from.next()) {
      ArrowBuf work = from.getLatestMetadata();
      if (work != null && work.readableBytes() == Long.BYTES) {
        workOfRun = work.getLong(work.readerIndex());
      }
      VectorSchemaRoot received = from.getRoot();
      int rows = received.getRowCount();
      if (position + rows <= delivered) {
        position += rows;
        continue;
      }
      int skip = (int) (delivered - position);
      take(received, skip);
      position += rows;
      delivered = position;
      return true;
    }
    if (cancelled) {
      throw cancelledFailure();
    }
    return false;
  }

  private void take(VectorSchemaRoot received, int skip) {
    VectorSchemaRoot target = root();
    VectorSchemaRoot source = skip == 0 ? received : received.slice(skip);
    try (ArrowRecordBatch batch = new VectorUnloader(source).getRecordBatch()) {
      new VectorLoader(target).load(batch);
    } finally {
      if (skip > 0) {
        source.close();
      }
    }
  }

  private FlightStream open() {
    if (cancelled) {
      throw cancelledFailure();
    }
    if (stream == null) {
      position = 0;
      workBefore += workOfRun;
      workOfRun = 0;
      FlightStream opened = clients.client(workers.get(worker)).getStream(ticket);
      stream = opened;
      synchronized (this) {
        cancellable = opened;
      }
      if (cancelled) {
        throw cancelledFailure();
      }
    }
    return stream;
  }

  /** Moves on to the next worker, or fails if none is left or the answer would be in doubt. */
  private void recover(FlightRuntimeException e) {
    String peer = "worker at " + FlightClients.address(workers.get(worker));
    DuckherderException failure = FlightErrors.fromFlight(e, peer);
    abandon();
    if (cancelled) {
      throw cancelledFailure();
    }
    attempts++;
    boolean resumable = delivered == 0 || ordered;
    if (!failure.code().retryable() || !resumable || attempts >= workers.size()) {
      throw failure;
    }
    worker = (worker + 1) % workers.size();
    log.warn("{}; going on at {}", failure.text(), FlightClients.address(workers.get(worker)));
  }

  private void abandon() {
    FlightStream old = stream;
    stream = null;
    synchronized (this) {
      cancellable = null;
    }
    if (old == null) {
      return;
    }
    // Arrow's close waits for what is under way, and would free nothing if the wait were
    // interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      old.cancel("no longer read", null);
      old.close();
    } catch (FlightRuntimeException e) {
      log.debug("The broken stream closed with {}", e.toString());
    } catch (Exception e) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR, "Cannot close a stream: " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static DuckherderException cancelledFailure() {
    return new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
  }
}

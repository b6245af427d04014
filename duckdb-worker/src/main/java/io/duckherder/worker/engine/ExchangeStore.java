package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.plan.ResultColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange of an engine: the rows that queries keep in its DuckDB between their stages, and all
 * that runs for these queries.
 *
 * <pre>
 *   worker 1                              worker 2
 *   stage 1 ──> table a ──── read in place ──> stage 2, bucket 0
 *                     └───── bucket 1, pulled ──┐
 *   stage 1 ──> table b ──── bucket 0, pulled   ├──> stage 2, bucket 1
 * </pre>
 *
 * <p>A query begins here with its first fragment or table and ends with {@link #release}, or after
 * it did nothing for a while, because whoever ran it is gone. Safe for use by many threads. What is
 * known of queries is guarded by this; the DuckDB of a query is never called under that lock.
 */
public final class ExchangeStore {
  private static final Logger log = LoggerFactory.getLogger(ExchangeStore.class);
  private static final long STOP_SECONDS = 5;

  /** Copies that are made at the same time; each keeps a core busy, and others wait for peers. */
  private static final int PULLS = 4;

  private final DuckDBEngine engine;
  private final Peers peers;
  private final StreamAllocators allocators;
  private final ScheduledExecutorService timer;
  private final ExecutorService pulls;
  private final Duration timeout;

  /** Guarded by this. */
  private final Map<String, QueryExchange> queries = new HashMap<>();

  /** Guarded by this. */
  private final ReleasedQueries released = new ReleasedQueries();

  ExchangeStore(
      DuckDBEngine engine,
      Peers peers,
      StreamAllocators allocators,
      ScheduledExecutorService timer,
      Duration timeout) {
    this.engine = engine;
    this.peers = peers;
    this.allocators = allocators;
    this.timer = timer;
    this.pulls = Executors.newFixedThreadPool(PULLS, ExchangeStore::thread);
    this.timeout = timeout;
    long period = Math.max(1, timeout.toMillis() / 4);
    timer.scheduleWithFixedDelay(this::dropIdle, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Keeps the rows of a stream as a table that fragments of a query read, as a source on {@link
   * Source#LOCAL}. It is there when this returns.
   *
   * @param columns the columns of the rows outside their exchange form
   * @param stream the rows in their exchange form; the caller closes it
   */
  public void load(
      Snapshot snapshot,
      String queryId,
      String table,
      List<ResultColumn> columns,
      BatchStream stream) {
    QueryExchange query = enter(queryId);
    StatementInterrupt interrupt = new StatementInterrupt(timer);
    Runnable cancel =
        () -> {
          interrupt.cancel();
          stream.cancel();
        };
    query.add(cancel);
    try (EngineConnection connection = engine.connect(snapshot, SessionSettings.DEFAULT)) {
      QueryTables tables = query.tables(engine, snapshot);
      ArrowImport.Imported loaded =
          importInto(connection).load(tables.name(table), columns, stream, interrupt);
      tables.stored(table, loaded.rowBytes());
    } finally {
      query.remove(cancel);
      leave(query);
    }
  }

  /**
   * Ends a query: stops what runs for it, drops its tables and refuses what comes for it later.
   * Does not wait for what runs to stop; its tables are dropped then. Of a query that is not known
   * only the name is kept.
   */
  public void release(String queryId) {
    QueryExchange query;
    synchronized (this) {
      released.add(queryId);
      query = queries.get(queryId);
      if (query == null) {
        return;
      }
      query.markReleased();
      // Whoever ends last, this or what runs, drops.
      query.use();
    }
    query.cancel();
    leave(query);
  }

  /** Queries that run here or keep tables. */
  public synchronized int queries() {
    return queries.size();
  }

  /** Starts nothing yet. */
  BatchStream run(Fragment fragment) {
    QueryExchange query = enter(fragment.queryId());
    try {
      BatchStream stream = open(query, fragment);
      Runnable cancel = stream::cancel;
      query.add(cancel);
      return new QueryStream(
          stream,
          () -> {
            query.remove(cancel);
            leave(query);
          });
    } catch (RuntimeException e) {
      leave(query);
      throw e;
    }
  }

  /** Stops all that runs and drops all tables. */
  void close() {
    List<QueryExchange> open;
    synchronized (this) {
      open = List.copyOf(queries.values());
      open.forEach(
          query -> {
            query.markReleased();
            query.use();
          });
    }
    open.forEach(QueryExchange::cancel);
    pulls.shutdown();
    try {
      if (!pulls.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        log.warn("Rows are still being copied from other workers");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while stopping; rows may still be copied from other workers");
    }
    open.forEach(this::leave);
  }

  DuckDBEngine engine() {
    return engine;
  }

  Peers peers() {
    return peers;
  }

  StreamAllocators allocators() {
    return allocators;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  ArrowImport importInto(EngineConnection connection) {
    return new ArrowImport(connection.jdbc(), allocators);
  }

  /** Starts a copy; it counts as a use of the query until it ends. */
  Pull pull(QueryExchange query, QueryTables tables, PeerTables peer) {
    Pull pull = new Pull(this, query, tables, peer);
    synchronized (this) {
      query.use();
    }
    try {
      pulls.execute(pull);
    } catch (RejectedExecutionException e) {
      leave(query);
      throw new DuckherderException(
          StandardErrorCode.EXCHANGE_LOST,
          "Cannot read %s of query %s: this worker is being stopped"
              .formatted(peer.names(), query.id()),
          e);
    }
    return pull;
  }

  /** Ends a use of a query; the last one drops what need not be kept. */
  void leave(QueryExchange query) {
    synchronized (this) {
      query.unuse();
      boolean needed = !query.isReleased() && query.tables().isPresent();
      if (query.inUse() || needed) {
        return;
      }
      queries.remove(query.id(), query);
    }
    drop(query);
  }

  private BatchStream open(QueryExchange query, Fragment fragment) {
    if (fragment.inputs().isEmpty() && fragment.output().isEmpty()) {
      return engine.stream(fragment);
    }
    EngineConnection connection = engine.connect(fragment);
    try {
      FragmentInputs inputs = new FragmentInputs(this, query, fragment);
      return fragment.output().isPresent()
          ? new StoringStream(this, query, fragment, fragment.output().get(), connection, inputs)
          : new ConsumingStream(
              connection, inputs, engine.stream(connection, fragment, inputs::rowBytes));
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private synchronized QueryExchange enter(String queryId) {
    if (released.contains(queryId)) {
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED,
          "Cannot run a fragment of query %s: the query has ended".formatted(queryId));
    }
    QueryExchange query = queries.computeIfAbsent(queryId, QueryExchange::new);
    query.use();
    return query;
  }

  private void dropIdle() {
    List<QueryExchange> idle;
    synchronized (this) {
      idle =
          queries.values().stream()
              .filter(query -> !query.inUse() && query.idleNanos() > timeout.toNanos())
              .toList();
      queries.values().removeAll(idle);
    }
    for (QueryExchange query : idle) {
      log.info("Query {} did nothing for {}; its tables are dropped", query.id(), timeout);
      drop(query);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "duckherder-pull");
    thread.setDaemon(true);
    return thread;
  }

  private static void drop(QueryExchange query) {
    try {
      query.tables().ifPresent(QueryTables::drop);
    } catch (RuntimeException e) {
      log.warn("Cannot drop the tables of query {}: {}", query.id(), e.getMessage());
    }
  }
}

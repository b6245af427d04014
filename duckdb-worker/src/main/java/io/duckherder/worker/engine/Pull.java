package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.wire.BatchStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The copying of tables of a peer into one here, for all fragments that read them. When the last of
 * these no longer waits, it stops.
 */
final class Pull implements Runnable {
  private static final String INPUT = "duckherder_pulled";

  /** What a peer that is gone, or going, answers. */
  private static final Set<ErrorCode> LOST =
      Set.of(
          StandardErrorCode.EXCHANGE_LOST,
          StandardErrorCode.UNREACHABLE,
          StandardErrorCode.STREAM_BROKEN,
          StandardErrorCode.WORKER_DRAINING,
          StandardErrorCode.QUERY_CANCELLED);

  private final ExchangeStore store;
  private final QueryExchange query;
  private final QueryTables tables;
  private final PeerTables peer;
  private final StatementInterrupt interrupt;
  private final CompletableFuture<Copy> copy = new CompletableFuture<>();
  private volatile @Nullable BatchStream stream;

  /** Guarded by this. */
  private int waiting;

  /**
   * A table here.
   *
   * @param table its quoted name
   */
  record Copy(String table, ArrowImport.Imported size) {}

  Pull(ExchangeStore store, QueryExchange query, QueryTables tables, PeerTables peer) {
    this.store = store;
    this.query = query;
    this.tables = tables;
    this.peer = peer;
    this.interrupt = new StatementInterrupt(store.timer());
  }

  /** The copy, once it is there. */
  CompletableFuture<Copy> copy() {
    return copy;
  }

  /**
   * Counts one more who waits, who then {@link #leave}s.
   *
   * @return false if it stopped, so that it is of no use
   */
  synchronized boolean join() {
    waiting++;
    return !interrupt.cancelled();
  }

  /** One who waited no longer does. */
  synchronized void leave() {
    waiting--;
    if (waiting == 0 && !copy.isDone()) {
      cancel();
    }
  }

  /** Stops it. Does not block. */
  void cancel() {
    interrupt.cancel();
    BatchStream running = stream;
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void run() {
    try {
      copy.complete(load());
    } catch (RuntimeException | Error e) {
      tables.forget(peer, this);
      copy.completeExceptionally(e);
    } finally {
      store.leave(query);
    }
  }

  private Copy load() {
    String table = tables.nameOfCopy();
    interrupt.requireNotCancelled();
    try (EngineConnection connection =
            store.engine().connect(tables.snapshot(), SessionSettings.DEFAULT);
        BatchStream rows = store.peers().open(peer.worker(), fragment())) {
      stream = rows;
      if (tables.areLost()) {
        throw lost("this worker's DuckDB broke", null);
      }
      interrupt.requireNotCancelled();
      return new Copy(
          table, store.importInto(connection).load(table, peer.columns(), rows, interrupt));
    } catch (DuckherderException e) {
      throw interrupt.cancelled() || !LOST.contains(e.code()) ? e : lost(e.text(), e);
    }
  }

  /** What the peer runs for it. */
  private Fragment fragment() {
    return new Fragment(
        query.id(),
        0,
        tables.snapshot(),
        SessionSettings.DEFAULT,
        "FROM temp.main." + INPUT,
        Optional.empty(),
        false,
        OptionalInt.empty(),
        List.of(peer.atPeer(INPUT)),
        Optional.empty(),
        true);
  }

  private DuckherderException lost(String reason, @Nullable DuckherderException cause) {
    return new DuckherderException(
        StandardErrorCode.EXCHANGE_LOST,
        "Cannot read %s of query %s from worker %s: %s"
            .formatted(peer.names(), query.id(), peer.worker(), reason),
        cause);
  }
}

package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What one query does here: what runs, and its tables if it keeps any. */
final class QueryExchange {
  private final String id;

  /** What stops each thing that runs. */
  private final Set<Runnable> running = ConcurrentHashMap.newKeySet();

  /** Guarded by the store, as are the next two: open streams, loads and pulls. */
  private int uses;

  private boolean released;
  private long lastUse = System.nanoTime();

  /** Guarded by this. */
  private @Nullable QueryTables tables;

  QueryExchange(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  void use() {
    uses++;
  }

  /** Ends a use. */
  void unuse() {
    uses--;
    lastUse = System.nanoTime();
  }

  boolean inUse() {
    return uses > 0;
  }

  /** Nanoseconds since the last use ended. */
  long idleNanos() {
    return System.nanoTime() - lastUse;
  }

  void markReleased() {
    released = true;
  }

  boolean isReleased() {
    return released;
  }

  void add(Runnable cancel) {
    running.add(cancel);
  }

  void remove(Runnable cancel) {
    running.remove(cancel);
  }

  /** Stops all that runs. Does not wait for it. */
  void cancel() {
    running.forEach(Runnable::run);
    tables().ifPresent(QueryTables::cancelPulls);
  }

  synchronized Optional<QueryTables> tables() {
    return Optional.ofNullable(tables);
  }

  /**
   * The tables of this query; made at the first call, and again, with nothing in them, when they
   * are lost.
   */
  synchronized QueryTables tables(DuckDBEngine engine, Snapshot snapshot) {
    if (tables != null && tables.areLost()) {
      tables.abandon();
      tables = null;
    }
    if (tables == null) {
      EngineConnection lease = engine.connect(snapshot, SessionSettings.DEFAULT);
      try {
        tables = new QueryTables(id, lease);
      } catch (RuntimeException e) {
        lease.close();
        throw e;
      }
    }
    if (!tables.snapshot().equals(snapshot)) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR,
          "Query %s reads two snapshots; please report it".formatted(id));
    }
    return tables;
  }
}

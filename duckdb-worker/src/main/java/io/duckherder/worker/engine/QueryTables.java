package io.duckherder.worker.engine;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The tables that one query keeps here: what its fragments made, and copies of what they read from
 * other workers. They lie in a schema of their own, in the DuckDB of the query's snapshot; a lease
 * keeps that open until they are dropped.
 */
final class QueryTables {
  /** The database that holds them; {@link SnapshotInstance} attaches it, in memory and hidden. */
  static final String DATABASE = "duckherder_exchange";

  private final EngineConnection lease;
  private final String schema;

  /** Table to the bytes of a row, about. */
  private final Map<String, Long> stored = new ConcurrentHashMap<>();

  private final AtomicLong copies = new AtomicLong();

  /** Guarded by this. */
  private final Map<PeerTables, Pull> pulls = new HashMap<>();

  /** Takes the lease over. */
  QueryTables(String queryId, EngineConnection lease) {
    this.lease = lease;
    // Nobody's SQL can guess the name, and an earlier query of this id may still be dropped.
    this.schema = queryId + " " + UUID.randomUUID();
    execute("CREATE SCHEMA " + SqlText.qualified(DATABASE, schema));
  }

  Snapshot snapshot() {
    return lease.snapshot();
  }

  /** The quoted name of a table, whether it is there or not. */
  String name(String table) {
    return SqlText.qualified(DATABASE, schema, table);
  }

  /** A name for a copy that nothing else has. */
  String nameOfCopy() {
    return name("copy " + copies.incrementAndGet());
  }

  /** Whether their DuckDB broke. */
  boolean areLost() {
    return lease.isBroken();
  }

  boolean holds(String table) {
    return stored.containsKey(table);
  }

  /** About how many bytes a row of a table has. */
  long rowBytes(String table) {
    return stored.getOrDefault(table, 0L);
  }

  void stored(String table, long rowBytes) {
    stored.put(table, rowBytes);
  }

  /**
   * The copy of a peer's tables, for one more that waits for it; made by the first who asks.
   *
   * @param start starts a new one
   */
  synchronized Pull pull(PeerTables peer, Function<PeerTables, Pull> start) {
    Pull running = pulls.get(peer);
    if (running != null && running.join()) {
      return running;
    }
    Pull started = start.apply(peer);
    started.join();
    pulls.put(peer, started);
    return started;
  }

  /** Lets the next who asks try again. */
  synchronized void forget(PeerTables peer, Pull pull) {
    pulls.remove(peer, pull);
  }

  synchronized void cancelPulls() {
    pulls.values().forEach(Pull::cancel);
  }

  /** Lets go of lost tables, and of those who wait for copies of others among them. */
  void abandon() {
    cancelPulls();
    lease.close();
  }

  /** Drops all; nobody uses them any more. */
  void drop() {
    if (areLost()) {
      lease.close();
      return;
    }
    try {
      execute("DROP SCHEMA IF EXISTS " + SqlText.qualified(DATABASE, schema) + " CASCADE");
    } finally {
      lease.close();
    }
  }

  private void execute(String sql) {
    try (Statement statement = lease.jdbc().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

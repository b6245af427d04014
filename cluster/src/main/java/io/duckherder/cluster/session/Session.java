package io.duckherder.cluster.session;

import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the driver keeps for one client between its calls. Calls of one session may overlap, so each
 * reads its settings once. Owned by {@link Sessions}, which ends it.
 */
public final class Session {
  private final String id;
  private final ExecutionSettings defaults;

  /** Guarded by this. */
  private SessionSettings settings = SessionSettings.DEFAULT;

  /** Guarded by this. */
  private ExecutionSettings execution;

  /** Guarded by this. */
  private @Nullable Snapshot pinned;

  /** Guarded by this. */
  private @Nullable LocalConnection local;

  /** Guarded by this. */
  private Instant lastUsed;

  Session(String id, ExecutionSettings defaults, Instant now) {
    this.id = id;
    this.defaults = defaults;
    this.execution = defaults;
    this.lastUsed = now;
  }

  public String id() {
    return id;
  }

  /** Settings and variables that were set. */
  public synchronized SessionSettings settings() {
    return settings;
  }

  public synchronized void settings(SessionSettings changed) {
    settings = changed;
  }

  /** How its queries run. */
  public synchronized ExecutionSettings execution() {
    return execution;
  }

  /** Changes how its queries run. */
  public synchronized void setExecution(String name, String value) {
    execution = execution.with(name, value);
  }

  /** Takes one setting of how its queries run back to the operator's. */
  public synchronized void resetExecution(String name) {
    String value = defaults.values().getOrDefault(name.toLowerCase(Locale.ROOT), "");
    execution = execution.with(name, value);
  }

  /** The snapshot that an open transaction reads. */
  public synchronized Optional<Snapshot> transaction() {
    return Optional.ofNullable(pinned);
  }

  /**
   * Opens a transaction on a snapshot.
   *
   * @return false if one is open already
   */
  public synchronized boolean begin(Snapshot snapshot) {
    if (pinned != null) {
      return false;
    }
    pinned = snapshot;
    return true;
  }

  /**
   * Ends the transaction.
   *
   * @return false if none is open
   */
  public synchronized boolean end() {
    boolean open = pinned != null;
    pinned = null;
    return open;
  }

  /** The connection with the session's temporary objects, if it made any that are still there. */
  public synchronized Optional<LocalConnection> local() {
    // Of a transaction that is lost the client is told, and ends it.
    if (local != null && !local.inTransaction() && !local.works()) {
      local.close();
      local = null;
    }
    return Optional.ofNullable(local);
  }

  /** Gives the session a connection of its own, which it closes when it ends. */
  public synchronized LocalConnection local(LocalConnection connection) {
    if (local != null) {
      connection.close();
      return local;
    }
    local = connection;
    return connection;
  }

  /** Gives the connection up that the session has, if it is this one. */
  public void dropLocal(LocalConnection connection) {
    synchronized (this) {
      if (local == connection) {
        local = null;
      }
    }
    connection.close();
  }

  /** Whether there is anything that a client would miss. */
  synchronized boolean holdsState() {
    return pinned != null
        || local != null
        || !execution.equals(defaults)
        || !settings.equals(SessionSettings.DEFAULT);
  }

  /** Whether a statement runs on its connection. */
  synchronized boolean isBusy() {
    return local != null && local.isBusy();
  }

  synchronized void used(Instant now) {
    lastUsed = now;
  }

  synchronized Instant lastUsed() {
    return lastUsed;
  }

  /** Ends the session; a query that still reads its temporary objects ends first. */
  synchronized void close() {
    if (local != null) {
      local.close();
    }
  }
}

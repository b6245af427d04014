package io.duckherder.cluster.session;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.engine.StatementInterrupt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the driver's that a client keeps: its temporary objects live on it, and its
 * transaction. DuckDB runs one statement of a connection at a time; the next one waits a while for
 * it. Safe for use by many threads.
 *
 * <p>A connection to the live databases enters them for each statement, or, in a transaction, with
 * its first statement until the transaction ends: one that was only begun keeps nobody waiting. Who
 * waits to enter has not taken the connection yet, so that it can be closed meanwhile.
 */
public final class LocalConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalConnection.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Whether a connection has anything that would be lost with it. */
  private static final String TEMPORARY =
      """
      SELECT EXISTS (
        SELECT 1 FROM system.main.duckdb_tables() WHERE database_name = 'temp' AND NOT internal
        UNION ALL SELECT 1 FROM system.main.duckdb_views() WHERE database_name = 'temp' AND NOT internal
        UNION ALL SELECT 1 FROM system.main.duckdb_sequences() WHERE database_name = 'temp'
        UNION ALL SELECT 1 FROM system.main.duckdb_types() WHERE database_name = 'temp' AND NOT internal
        UNION ALL SELECT 1 FROM system.main.duckdb_functions() WHERE database_name = 'temp' AND NOT internal)
      """;

  private final EngineConnection connection;
  private final @Nullable Entrance entrance;
  private final Semaphore free = new Semaphore(1);

  /** Belongs, as all below, to who holds the semaphore; read by others. */
  private volatile boolean inTransaction;

  private volatile boolean outdated;
  private volatile boolean lost;
  private volatile boolean temporary;
  private WrittenTables written = WrittenTables.NONE;
  private volatile @Nullable Stay stay;
  private volatile @Nullable StatementInterrupt running;
  private volatile boolean overdue;
  private volatile boolean closing;

  /** Where statements on live databases come in. */
  @FunctionalInterface
  public interface Entrance {
    /** Waits until the caller may enter. */
    Stay enter();
  }

  /** The right to be inside; closed to leave. */
  public interface Stay extends AutoCloseable {
    @Override
    void close();
  }

  /** Commits, at a moment that suits the databases. */
  @FunctionalInterface
  public interface Commits {
    /**
     * @param written what the commit brings
     */
    void commit(WrittenTables written, Runnable commit);
  }

  private LocalConnection(EngineConnection connection, @Nullable Entrance entrance) {
    this.connection = connection;
    this.entrance = entrance;
  }

  /** Takes over a connection to a snapshot, and closes it in the end. */
  public static LocalConnection ofSnapshot(EngineConnection connection) {
    return new LocalConnection(connection, null);
  }

  /** Takes over a connection to the live databases, and closes it in the end. */
  public static LocalConnection live(EngineConnection connection, Entrance entrance) {
    return new LocalConnection(connection, entrance);
  }

  /** The files that the connection is on. */
  public Snapshot snapshot() {
    return connection.snapshot();
  }

  /** Whether it is on the live databases. */
  public boolean isLive() {
    return entrance != null;
  }

  /** Whether a transaction is open that the client began. */
  public boolean inTransaction() {
    return inTransaction;
  }

  /** Whether a transaction is open, of the client's or of a statement that runs. */
  public boolean isOpen() {
    return inTransaction && !outdated || stay != null;
  }

  /** Whether what lives on it is still there. */
  boolean works() {
    return !closing && connection.works();
  }

  /** Whether a statement has it. */
  public boolean isBusy() {
    return free.availablePermits() == 0;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closing;
  }

  /** Whether it had temporary objects when a transaction ended last, or was told so. */
  public boolean hasTemporary() {
    return temporary;
  }

  /**
   * Takes note whether it has temporary objects, as part of a statement on it.
   *
   * @return whether it has
   */
  public boolean noteTemporary() {
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(TEMPORARY)) {
      result.next();
      temporary = result.getBoolean(1);
      return temporary;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** The connection for one statement; {@link #release} gives it back. */
  public EngineConnection acquire() {
    while (true) {
      requireOpen();
      if (tryAcquire()) {
        return connection;
      }
    }
  }

  /** False if the transaction ended meanwhile that the statement was to be part of. */
  private boolean tryAcquire() {
    Optional<Stay> entered =
        entrance == null || stay != null ? Optional.empty() : Optional.of(entrance.enter());
    boolean inside = false;
    try {
      take();
      try {
        requireOpen();
        if (stay == null && entered.isPresent()) {
          stay = entered.get();
          inside = true;
        }
        if (entrance == null || stay != null) {
          return true;
        }
      } catch (RuntimeException e) {
        give();
        throw e;
      }
      give();
      return false;
    } finally {
      if (!inside) {
        entered.ifPresent(Stay::close);
      }
    }
  }

  private void requireOpen() {
    if (outdated) {
      throw expired(null);
    }
    if (closing) {
      throw new DuckherderException(
          StandardErrorCode.STREAM_BROKEN,
          "The connection to the databases was closed; run the statement again");
    }
  }

  /** Gives back what {@link #acquire} gave. */
  public void release() {
    if (!inTransaction) {
      leave();
    }
    give();
  }

  /**
   * Opens a transaction of the client's.
   *
   * @param sql BEGIN, as the client wrote it
   */
  public void begin(String sql) {
    take();
    try {
      connection.execute(sql);
      inTransaction = true;
    } finally {
      give();
    }
  }

  /** Commits the client's transaction, which is over whether that succeeds or not. */
  public void commit(Commits commits) {
    end(
        () -> {
          if (outdated) {
            throw expired(null);
          }
          commits.commit(written, () -> connection.execute("COMMIT"));
        });
  }

  /** Rolls the client's transaction back. */
  public void rollback() {
    end(
        () -> {
          if (!outdated) {
            connection.execute("ROLLBACK");
          }
        });
  }

  private void end(Runnable how) {
    take();
    try {
      how.run();
    } catch (RuntimeException e) {
      rollbackQuietly();
      throw e;
    } finally {
      inTransaction = false;
      written = WrittenTables.NONE;
      outdated = false;
      noteTemporaryQuietly();
      leave();
      give();
    }
  }

  /** On a connection that did not enter nothing has changed. */
  private void noteTemporaryQuietly() {
    if (closing || entrance != null && stay == null) {
      return;
    }
    try {
      noteTemporary();
    } catch (RuntimeException e) {
      log.debug("Nothing is left on the connection: {}", e.getMessage());
    }
  }

  /**
   * Runs a statement as a transaction of its own, or as a part of the client's.
   *
   * @param writes what it writes
   * @param work runs it to its end; the connection is its own meanwhile
   * @param undone gets what the work gave if it was not committed
   * @param interrupt stops it, and what it waits for
   */
  public <T> T run(
      WrittenTables writes,
      Function<EngineConnection, T> work,
      Consumer<? super T> undone,
      Commits commits,
      StatementInterrupt interrupt) {
    EngineConnection acquired = interrupt.waiting(this::acquire);
    running = interrupt;
    try {
      if (!inTransaction) {
        return runAlone(writes, work, undone, commits, interrupt);
      }
      written = written.plus(writes);
      return work.apply(acquired);
    } catch (RuntimeException e) {
      if (overdue) {
        expire();
        throw expired(e);
      }
      throw e;
    } finally {
      running = null;
      overdue = false;
      release();
    }
  }

  private <T> T runAlone(
      WrittenTables writes,
      Function<EngineConnection, T> work,
      Consumer<? super T> undone,
      Commits commits,
      StatementInterrupt interrupt) {
    connection.execute("BEGIN");
    Optional<T> result = Optional.empty();
    try {
      result = Optional.of(work.apply(connection));
      interrupt.requireNotCancelled();
      commits.commit(writes, () -> connection.execute("COMMIT"));
      return result.get();
    } catch (RuntimeException | Error e) {
      rollbackQuietly();
      result.ifPresent(undone);
      throw e;
    }
  }

  /**
   * Rolls the client's transaction back because it is too old. A statement of it that runs is
   * stopped, and rolls back what it is part of.
   */
  public void endOverdue() {
    if (!free.tryAcquire()) {
      StatementInterrupt statement = running;
      if (statement != null) {
        overdue = true;
        statement.cancel();
      }
      return;
    }
    try {
      expire();
    } finally {
      give();
    }
  }

  /** Ends the client's transaction, who is told when it comes back to it. */
  private void expire() {
    if (inTransaction && !outdated) {
      rollbackQuietly();
      outdated = true;
      leave();
    }
  }

  private DuckherderException expired(@Nullable Throwable cause) {
    String why =
        lost
            ? "another statement broke DuckDB, which was started again"
            : closing
                ? "the connection to the databases was closed"
                : "it was open for longer than the operator allows";
    return new DuckherderException(
        StandardErrorCode.TRANSACTION_ENDED,
        "Cannot go on with the transaction: it was rolled back, since %s; ROLLBACK, and run it again"
            .formatted(why),
        cause);
  }

  private void take() {
    try {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DuckherderException(
            StandardErrorCode.TIMEOUT,
            "Another statement of this session still runs; read its result to the end or close it"
                + " first");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    }
  }

  private void give() {
    free.release();
    if (closing) {
      close();
    }
  }

  private void leave() {
    Stay entered = stay;
    if (entered != null) {
      entered.close();
      stay = null;
    }
  }

  private void rollbackQuietly() {
    try {
      connection.execute("ROLLBACK");
    } catch (RuntimeException e) {
      log.debug("Nothing to roll back: {}", e.getMessage());
    }
  }

  /** Closes the connection, once no statement runs on it; what is not committed is lost. */
  @Override
  public void close() {
    closing = true;
    if (free.tryAcquire()) {
      closeTaken();
    }
  }

  /** Closes the connection before this returns; nobody is inside with it. */
  public void closeNow() {
    closing = true;
    take();
    closeTaken();
  }

  private void closeTaken() {
    try {
      connection.close();
    } finally {
      if (inTransaction) {
        outdated = true;
      }
      leave();
      free.release();
    }
  }

  /**
   * Gives up what is open on it, because its DuckDB takes no more statements; who comes back to a
   * transaction is told.
   */
  public void abandon() {
    if (free.tryAcquire()) {
      try {
        lost = true;
        if (inTransaction) {
          outdated = true;
        }
        leave();
      } finally {
        give();
      }
    }
  }
}

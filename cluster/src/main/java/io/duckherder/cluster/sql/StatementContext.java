package io.duckherder.cluster.sql;

import io.duckherder.cluster.database.ServedDatabases.Newest;
import io.duckherder.cluster.security.Authentication;
import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.cluster.session.Session;
import io.duckherder.cluster.session.SessionCookie;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.StatementInterrupt;
import java.util.Optional;
import org.apache.arrow.flight.FlightProducer.CallContext;

/**
 * What a statement runs under, read once when its call begins.
 *
 * @param queryId names it in logs, errors and the list of queries
 * @param user the name that the client gave
 * @param snapshot what it reads, unless it is on the live databases
 * @param behind whether there may be commits that it has to see and the snapshot does not hold
 * @param connection where the statements of the transaction run that the call names, if it does and
 *     they run on the live databases
 * @param settings the settings of DuckDB that it runs with
 * @param execution how it runs
 * @param session the session, if the client keeps one
 * @param cookie gives the session, or says why there is none
 * @param detached whether it stays off the connection that the client has, and so reads its
 *     snapshot
 * @param stop stops it
 */
record StatementContext(
    String queryId,
    Optional<String> user,
    Snapshot snapshot,
    boolean behind,
    Optional<LocalConnection> connection,
    SessionSettings settings,
    ExecutionSettings execution,
    Optional<Session> session,
    SessionCookie cookie,
    QueryStop stop,
    boolean detached) {

  /**
   * The context of a call.
   *
   * @param transaction the transaction that the call names, if it does
   * @param newest the snapshot of new queries
   * @param interrupt stops the statement
   */
  static StatementContext of(
      String queryId,
      CallContext call,
      Optional<OpenTransaction> transaction,
      Newest newest,
      StatementInterrupt interrupt) {
    SessionCookie cookie = SessionCookie.of(call);
    Optional<Session> session = cookie.find();
    return new StatementContext(
        queryId,
        Authentication.user(call),
        transaction
            .map(OpenTransaction::snapshot)
            .or(() -> session.flatMap(Session::transaction))
            .orElse(newest.snapshot()),
        !newest.complete(),
        transaction.flatMap(OpenTransaction::connection),
        session.map(Session::settings).orElse(SessionSettings.DEFAULT),
        session.map(Session::execution).orElseGet(cookie::defaults),
        session,
        cookie,
        new QueryStop(interrupt, call::isCancelled),
        false);
  }

  /** The same under another query's name. */
  StatementContext withId(String id) {
    return new StatementContext(
        id,
        user,
        snapshot,
        behind,
        connection,
        settings,
        execution,
        session,
        cookie,
        stop,
        detached);
  }

  /** The same on another snapshot, which holds all that it has to see. */
  StatementContext on(Snapshot other) {
    return new StatementContext(
        queryId,
        user,
        other,
        false,
        connection,
        settings,
        execution,
        session,
        cookie,
        stop,
        detached);
  }

  /** The same on a snapshot, whatever the client has open on the live databases. */
  StatementContext detachedOn(Snapshot other) {
    return new StatementContext(
        queryId, user, other, false, connection, settings, execution, session, cookie, stop, true);
  }

  /** The same with other settings. */
  StatementContext with(SessionSettings other) {
    return new StatementContext(
        queryId,
        user,
        snapshot,
        behind,
        connection,
        other,
        execution,
        session,
        cookie,
        stop,
        detached);
  }

  /** Whether it reads the snapshot that its transaction began with. */
  boolean isPinned() {
    return detached || session.flatMap(Session::transaction).isPresent();
  }

  /** Stops what it does, when it is cancelled or its client is gone. */
  StatementInterrupt interrupt() {
    return stop.interrupt();
  }

  /** Whose query it is, for fair shares: clients without a session count as one for each user. */
  String client() {
    return session.map(Session::id).or(() -> user).orElse("");
  }

  /**
   * The connection of the transaction, or the one with the session's temporary objects; it must be
   * on the same files.
   */
  Optional<LocalConnection> local() {
    if (detached) {
      return Optional.empty();
    }
    Optional<LocalConnection> local = connection.or(() -> session.flatMap(Session::local));
    if (local.isPresent() && !local.get().isLive() && !local.get().snapshot().equals(snapshot)) {
      throw new DuckherderException(
          StandardErrorCode.FILE_CHANGED,
          "Cannot go on with this session: a database was refreshed after the session made its"
              + " temporary objects, which stay with the old file; connect anew and make them again");
    }
    return local;
  }
}

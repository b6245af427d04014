package io.duckherder.error;

import static io.duckherder.error.ErrorStatus.ALREADY_EXISTS;
import static io.duckherder.error.ErrorStatus.CANCELLED;
import static io.duckherder.error.ErrorStatus.INTERNAL;
import static io.duckherder.error.ErrorStatus.INVALID_ARGUMENT;
import static io.duckherder.error.ErrorStatus.NOT_FOUND;
import static io.duckherder.error.ErrorStatus.RESOURCE_EXHAUSTED;
import static io.duckherder.error.ErrorStatus.TIMED_OUT;
import static io.duckherder.error.ErrorStatus.UNAUTHENTICATED;
import static io.duckherder.error.ErrorStatus.UNAUTHORIZED;
import static io.duckherder.error.ErrorStatus.UNAVAILABLE;
import static io.duckherder.error.ErrorStatus.UNIMPLEMENTED;

/** The codes of Duckherder's own parts. {@code docs/errors.md} lists them for users. */
public enum StandardErrorCode implements ErrorCode {
  /** The statement does not parse. */
  SYNTAX_ERROR(ErrorType.USER, false, INVALID_ARGUMENT),
  /** The statement parses but cannot be planned: types, arguments, ambiguous names. */
  INVALID_QUERY(ErrorType.USER, false, INVALID_ARGUMENT),
  /** A table, column, schema, function or database does not exist. */
  OBJECT_NOT_FOUND(ErrorType.USER, false, NOT_FOUND),
  /** A table, schema or other object is to be made that is there already. */
  OBJECT_EXISTS(ErrorType.USER, false, ALREADY_EXISTS),
  /** The data does not allow what the query asks: a failed cast, an overflow, a division. */
  INVALID_DATA(ErrorType.USER, false, INVALID_ARGUMENT),
  /** An option or setting is unknown or has a value that it cannot have. */
  INVALID_OPTION(ErrorType.USER, false, INVALID_ARGUMENT),
  /** The request is understood and not supported. */
  UNSUPPORTED(ErrorType.USER, false, UNIMPLEMENTED),
  /** A column has a type that has no Arrow form. */
  UNSUPPORTED_TYPE(ErrorType.USER, false, UNIMPLEMENTED),
  /** A write reached an external, and so read-only, database. */
  READ_ONLY_DATABASE(ErrorType.USER, false, INVALID_ARGUMENT),
  /** Two transactions changed the same rows or objects; the one that fails may be run again. */
  TRANSACTION_CONFLICT(ErrorType.USER, true, UNAVAILABLE),
  /** A transaction is over that the client takes for open: it was rolled back for its age. */
  TRANSACTION_ENDED(ErrorType.USER, true, INVALID_ARGUMENT),
  /** A write would break a constraint of its table. */
  CONSTRAINT_VIOLATED(ErrorType.USER, false, INVALID_ARGUMENT),
  /** A snapshot that was never sealed, or is not kept any more. */
  SNAPSHOT_NOT_FOUND(ErrorType.USER, false, NOT_FOUND),
  /**
   * A table changed in a way that the reader of what came to it does not take, or its columns did
   * while rows for it were on their way.
   */
  TABLE_CHANGED(ErrorType.USER, false, INVALID_ARGUMENT),
  /** SET, BEGIN or TEMP from a client that keeps no session. */
  NO_SESSION(ErrorType.USER, false, INVALID_ARGUMENT),
  /** The client or the operator cancelled the query. */
  QUERY_CANCELLED(ErrorType.USER, false, CANCELLED),
  /** No token, or a wrong one. */
  AUTHENTICATION_FAILED(ErrorType.USER, false, UNAUTHENTICATED),
  /** SQL reached for a file, network, extension or setting that the operator has not opened. */
  PERMISSION_DENIED(ErrorType.USER, false, UNAUTHORIZED),
  /** A ticket is forged, damaged or signed by another cluster. */
  TICKET_REJECTED(ErrorType.USER, false, UNAUTHENTICATED),
  /** A ticket is past its time: plan the query again. */
  TICKET_EXPIRED(ErrorType.USER, false, UNAUTHENTICATED),

  /** Memory ran out. */
  OUT_OF_MEMORY(ErrorType.RESOURCE, false, RESOURCE_EXHAUSTED),
  /** The disk for spilling ran out. */
  OUT_OF_DISK(ErrorType.RESOURCE, false, RESOURCE_EXHAUSTED),
  /** Replicas fill the disk that they may take, and running queries need every one of them. */
  NO_REPLICA_SLOT(ErrorType.RESOURCE, true, RESOURCE_EXHAUSTED),
  /** A port that a server needs is taken. */
  PORT_IN_USE(ErrorType.RESOURCE, false, UNAVAILABLE),
  /** Something took longer than it may. */
  TIMEOUT(ErrorType.RESOURCE, true, TIMED_OUT),
  /** A query waited for others to end until it was not allowed to wait longer. */
  QUEUE_TIMEOUT(ErrorType.RESOURCE, true, TIMED_OUT),

  /** A database file does not exist. */
  FILE_NOT_FOUND(ErrorType.EXTERNAL, false, NOT_FOUND),
  /** A database file cannot be read. */
  FILE_UNREADABLE(ErrorType.EXTERNAL, false, UNAVAILABLE),
  /** A database file is open for writing in another process. */
  FILE_IN_USE(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** A file is no DuckDB database. */
  NOT_A_DATABASE(ErrorType.EXTERNAL, false, INVALID_ARGUMENT),
  /** A database file was written by a newer DuckDB. */
  FILE_TOO_NEW(ErrorType.EXTERNAL, false, INVALID_ARGUMENT),
  /** A database file is damaged. */
  FILE_CORRUPT(ErrorType.EXTERNAL, false, ErrorStatus.INTERNAL),
  /** A database file is not the one that the query was planned on. */
  FILE_CHANGED(ErrorType.EXTERNAL, false, UNAVAILABLE),
  /** What is kept of the snapshots of a database is damaged, or cannot be read or written. */
  SNAPSHOT_STORE_BROKEN(ErrorType.EXTERNAL, false, ErrorStatus.INTERNAL),
  /** A snapshot store was written by a newer Duckherder. */
  SNAPSHOT_STORE_TOO_NEW(ErrorType.EXTERNAL, false, INVALID_ARGUMENT),
  /** No worker is alive. */
  NO_WORKERS(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** A worker, or the driver, cannot be reached at its address. */
  UNREACHABLE(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** A worker takes no new fragments because it is being stopped. */
  WORKER_DRAINING(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** A stream broke before it was complete. */
  STREAM_BROKEN(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** Rows that a stage kept on a worker are gone, or their worker is: the stage runs again. */
  EXCHANGE_LOST(ErrorType.EXTERNAL, true, UNAVAILABLE),
  /** Rows that tasks of a write staged are gone, so it cannot be committed: run the job again. */
  STAGED_ROWS_LOST(ErrorType.EXTERNAL, false, UNAVAILABLE),
  /** A commit was asked for, and nobody answers whether it is done. */
  WRITE_OUTCOME_UNKNOWN(ErrorType.EXTERNAL, false, UNAVAILABLE),

  /** An invariant broke: a bug in Duckherder, or in what it stands on. */
  INTERNAL_ERROR(ErrorType.INTERNAL, false, INTERNAL);

  private final ErrorType type;
  private final boolean retryable;
  private final ErrorStatus status;

  StandardErrorCode(ErrorType type, boolean retryable, ErrorStatus status) {
    this.type = type;
    this.retryable = retryable;
    this.status = status;
  }

  @Override
  public ErrorType type() {
    return type;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }

  @Override
  public ErrorStatus status() {
    return status;
  }
}

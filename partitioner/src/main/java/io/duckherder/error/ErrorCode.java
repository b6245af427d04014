package io.duckherder.error;

/**
 * A kind of failure that callers can tell apart. The name is stable: it travels in Flight error
 * metadata and comes back as the same code.
 */
public interface ErrorCode {
  /** The stable name, in upper snake case. */
  String name();

  /** Who has to act. */
  ErrorType type();

  /** Whether the same request may succeed if it is made again, on another worker say. */
  boolean retryable();

  /** The Flight status that standard clients see. */
  ErrorStatus status();
}

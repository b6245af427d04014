package io.duckherder.error;

/** The Flight status under which a code crosses the wire; names are Arrow Flight's own. */
public enum ErrorStatus {
  INVALID_ARGUMENT,
  NOT_FOUND,
  ALREADY_EXISTS,
  UNIMPLEMENTED,
  UNAUTHENTICATED,
  UNAUTHORIZED,
  UNAVAILABLE,
  RESOURCE_EXHAUSTED,
  TIMED_OUT,
  CANCELLED,
  INTERNAL
}

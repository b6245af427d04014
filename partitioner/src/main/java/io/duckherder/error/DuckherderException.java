package io.duckherder.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of Duckherder. The message says what could not be done, with the values at
 * hand, and what to try; the code lets callers react without reading it.
 */
public final class DuckherderException extends RuntimeException {
  private final ErrorCode code;

  public DuckherderException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public DuckherderException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** The message, which is never absent here. */
  public String text() {
    return String.valueOf(getMessage());
  }
}

package io.duckherder.storage;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.util.Locale;

/** Tells what a failed read or write of files means. */
public final class StorageErrors {
  private StorageErrors() {}

  /** A failure while writing: a full disk is told apart, as somebody can do something about it. */
  public static DuckherderException writing(String what, IOException cause) {
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left") || reason.contains("quota exceeded")) {
      return new DuckherderException(
          StandardErrorCode.OUT_OF_DISK,
          "Cannot write " + what + ": the disk is full; make room, or drop snapshots",
          cause);
    }
    return broken("Cannot write " + what + ": " + cause.getMessage(), cause);
  }

  public static DuckherderException reading(String what, IOException cause) {
    return broken("Cannot read " + what + ": " + cause.getMessage(), cause);
  }

  public static DuckherderException notFound(String what) {
    return new DuckherderException(StandardErrorCode.SNAPSHOT_NOT_FOUND, what);
  }

  public static DuckherderException broken(String message) {
    return new DuckherderException(StandardErrorCode.SNAPSHOT_STORE_BROKEN, message);
  }

  private static DuckherderException broken(String message, IOException cause) {
    return new DuckherderException(StandardErrorCode.SNAPSHOT_STORE_BROKEN, message, cause);
  }
}

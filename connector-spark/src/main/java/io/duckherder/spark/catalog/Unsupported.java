package io.duckherder.spark.catalog;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;

/** The errors for what Spark's SQL can ask of a catalog and DuckDB cannot do. */
final class Unsupported {
  private Unsupported() {}

  static DuckherderException because(String what, String why) {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED, "Cannot %s: %s".formatted(what, why));
  }
}

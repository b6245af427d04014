package io.duckherder.cluster.format;

import io.duckherder.cluster.client.RowSource;
import java.io.IOException;

/** Writes a result as text and tells how many rows there were. */
@FunctionalInterface
public interface ResultPrinter {
  /** Reads all rows, or as many as this printer shows. */
  Printed print(RowSource rows) throws IOException;

  /**
   * What was written.
   *
   * @param rows how many rows
   * @param more whether the result has others that were not asked for
   */
  record Printed(long rows, boolean more) {}
}

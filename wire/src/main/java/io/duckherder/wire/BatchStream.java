package io.duckherder.wire;

import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of a running fragment, batch by batch, from the embedded DuckDB or from a worker. One
 * thread reads; any thread may cancel. The one who opened it closes it; closing stops the query if
 * it still runs.
 */
public interface BatchStream extends AutoCloseable {
  /** The Arrow schema of all batches, known before the first. */
  Schema schema();

  /**
   * Loads the next batch into {@link #root()}.
   *
   * @return false once all rows were given, and the file was still the one that the fragment names
   */
  boolean next();

  /** The batch that was loaded last; its memory is valid until the next one or {@link #close}. */
  VectorSchemaRoot root();

  /** What the values of dictionary-encoded columns stand for, of the batch that was loaded last. */
  default Map<Long, Dictionary> dictionaries() {
    return Map.of();
  }

  /** How often it went on elsewhere after what gave its rows broke. */
  default int retries() {
    return 0;
  }

  /** How long DuckDB worked for the rows so far, 0 if that is not known. */
  default long workNanos() {
    return 0;
  }

  /** Stops the query: a {@link #next} under way fails with QUERY_CANCELLED. Does not block. */
  void cancel();

  @Override
  void close();
}

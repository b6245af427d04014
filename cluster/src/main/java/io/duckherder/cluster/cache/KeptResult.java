package io.duckherder.cluster.cache;

import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of one answer. Its memory is released when it is out of the cache and the last one who
 * reads it has ended. Safe for use by many threads.
 */
final class KeptResult {
  private final Schema schema;
  private final List<ArrowRecordBatch> batches;
  private final long bytes;

  /** Guarded by this: the cache and those who read. */
  private int users = 1;

  KeptResult(Schema schema, List<ArrowRecordBatch> batches, long bytes) {
    this.schema = schema;
    this.batches = List.copyOf(batches);
    this.bytes = bytes;
  }

  Schema schema() {
    return schema;
  }

  List<ArrowRecordBatch> batches() {
    return batches;
  }

  long bytes() {
    return bytes;
  }

  /** Keeps its memory for one more user; false if that is released already. */
  synchronized boolean retain() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** One user fewer. */
  synchronized void release() {
    users--;
    if (users == 0) {
      batches.forEach(ArrowRecordBatch::close);
    }
  }
}

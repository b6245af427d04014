package io.duckherder.spark.source;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * All rows of a partition, on the heap.
 *
 * @param batches record batches as Arrow's IPC format has them
 */
record KeptAnswer(Schema schema, List<byte[]> batches) {
  KeptAnswer {
    batches = List.copyOf(batches);
  }

  int bytes() {
    return batches.stream().mapToInt(batch -> batch.length).sum();
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.BatchQueue;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** Passes rows on as they come, as fast as they are read. */
final class StreamedDelivery implements TaskDelivery {
  private final BatchQueue queue;
  private volatile long rows;
  private volatile long bytes;

  StreamedDelivery(BatchQueue queue) {
    this.queue = queue;
  }

  @Override
  public void receive(BatchStream stream) throws InterruptedException {
    while (stream.next()) {
      ArrowRecordBatch batch = new VectorUnloader(stream.root()).getRecordBatch();
      rows += batch.getLength();
      bytes += batch.computeBodyLength();
      if (!queue.put(batch)) {
        throw new DuckherderException(
            StandardErrorCode.QUERY_CANCELLED, "The rows are no longer wanted");
      }
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void accept() {
    queue.finish();
  }

  @Override
  public boolean discard() {
    return queue.discard();
  }
}

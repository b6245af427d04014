package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.HeldRows;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** Holds the rows of a run back until it is whole: another run may give them in another order. */
final class HeldDelivery implements TaskDelivery {
  private final Consumer<HeldRows> onWhole;
  private final HeldRows held;
  private volatile long rows;
  private volatile long bytes;

  /**
   * @param onWhole takes the rows over when the run is whole
   */
  HeldDelivery(Consumer<HeldRows> onWhole, HeldRows held) {
    this.onWhole = onWhole;
    this.held = held;
  }

  @Override
  public void receive(BatchStream stream) {
    while (stream.next()) {
      ArrowRecordBatch batch = new VectorUnloader(stream.root()).getRecordBatch();
      rows += batch.getLength();
      bytes += batch.computeBodyLength();
      if (!held.put(batch)) {
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
    onWhole.accept(held);
  }

  @Override
  public boolean discard() {
    held.close();
    return true;
  }
}

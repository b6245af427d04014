package io.duckherder.cluster.gather;

import io.duckherder.cluster.gather.RowWindow.Range;
import io.duckherder.plan.ResultAssembly.Concatenation;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** One part after the other. */
public final class ConcatenationReader implements RowReader {
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final List<ResultPart> parts;
  private final IntConsumer onPart;
  private final RowWindow window;
  private int current;

  /**
   * A reader at the start.
   *
   * @param onPart told of each part that the reader goes on to
   */
  public ConcatenationReader(
      VectorSchemaRoot root, List<ResultPart> parts, Concatenation assembly, IntConsumer onPart) {
    this.root = root;
    this.loader = new VectorLoader(root);
    this.parts = parts;
    this.onPart = onPart;
    this.window = new RowWindow(assembly.limit(), assembly.offset());
  }

  @Override
  public boolean next() throws InterruptedException {
    while (current < parts.size() && !window.isFull()) {
      try (ArrowRecordBatch batch = parts.get(current).take()) {
        if (batch == null) {
          parts.get(current).close();
          current++;
          onPart.accept(current);
        } else if (load(batch)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean load(ArrowRecordBatch batch) {
    Range range = window.take(batch.getLength());
    if (range.count() == 0) {
      return false;
    }
    loader.load(batch);
    if (range.count() < batch.getLength()) {
      try (VectorSchemaRoot slice = root.slice(range.from(), range.count());
          ArrowRecordBatch wanted = new VectorUnloader(slice).getRecordBatch()) {
        loader.load(wanted);
      }
    }
    return true;
  }

  @Override
  public void close() {}
}

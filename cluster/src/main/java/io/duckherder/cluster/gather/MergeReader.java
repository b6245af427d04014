package io.duckherder.cluster.gather;

import io.duckherder.cluster.gather.RowWindow.Range;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of sorted parts in the order of their keys. It holds one batch of each part. Where one
 * part gives many rows in a row, they are passed on together, without a copy; otherwise rows are
 * copied one by one into a batch.
 */
public final class MergeReader implements RowReader {
  private static final int BATCH_ROWS = 8_192;
  private static final int LONG_RUN = 1_024;
  private static final String KEY = "duckherder_sort_key";

  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final RowWindow window;
  private final int longRun;
  private final List<MergeCursor> cursors = new ArrayList<>();
  private final PriorityQueue<MergeCursor> heads = new PriorityQueue<>(MergeCursor::compareTo);
  private boolean started;

  /** A reader at the start; the parts' batches have the root's columns and one more, the key. */
  public MergeReader(
      VectorSchemaRoot root,
      List<ResultPart> parts,
      SortedMerge assembly,
      BufferAllocator allocator) {
    this.root = root;
    this.loader = new VectorLoader(root);
    this.window = new RowWindow(assembly.limit(), assembly.offset());
    // Arrow does not copy single values of every nested type; it slices all of them.
    boolean nested =
        root.getSchema().getFields().stream().anyMatch(field -> !field.getChildren().isEmpty());
    this.longRun = nested ? 1 : LONG_RUN;
    List<Field> fields = new ArrayList<>(root.getSchema().getFields());
    fields.add(Field.nullable(KEY, new ArrowType.Binary()));
    Schema schema = new Schema(fields);
    parts.forEach(part -> cursors.add(new MergeCursor(part, schema, allocator)));
  }

  @Override
  public boolean next() throws InterruptedException {
    if (!started) {
      started = true;
      for (MergeCursor cursor : cursors) {
        enter(cursor);
      }
    }
    int rows = 0;
    while (rows < BATCH_ROWS && !window.isFull() && !heads.isEmpty()) {
      MergeCursor head = heads.remove();
      int run = run(head);
      if (run >= longRun && rows > 0) {
        heads.add(head);
        break;
      }
      Range range = window.take(run < longRun ? Math.min(run, BATCH_ROWS - rows) : run);
      if (run >= longRun && range.count() > 0) {
        pass(head, range);
        step(head, run);
        return true;
      }
      rows = copy(head, range, rows);
      step(head, range.from() + range.count());
    }
    root.setRowCount(rows);
    return rows > 0;
  }

  private int run(MergeCursor head) {
    MergeCursor second = heads.peek();
    return second == null ? head.left() : head.rowsUpTo(second);
  }

  private void step(MergeCursor head, int rows) throws InterruptedException {
    head.advance(rows);
    if (head.left() > 0) {
      heads.add(head);
    } else {
      enter(head);
    }
  }

  private void enter(MergeCursor cursor) throws InterruptedException {
    if (cursor.load()) {
      heads.add(cursor);
    }
  }

  private int copy(MergeCursor head, Range range, int rows) {
    if (rows == 0) {
      root.allocateNew();
    }
    int from = head.row() + range.from();
    List<FieldVector> columns = root.getFieldVectors();
    for (int column = 0; column < columns.size(); column++) {
      FieldVector target = columns.get(column);
      FieldVector source = head.root().getVector(column);
      for (int i = 0; i < range.count(); i++) {
        target.copyFromSafe(from + i, rows + i, source);
      }
    }
    return rows + range.count();
  }

  private void pass(MergeCursor head, Range range) {
    int from = head.row() + range.from();
    try (VectorSchemaRoot slice = head.root().slice(from, range.count());
        ArrowRecordBatch batch = new VectorUnloader(withoutKey(slice)).getRecordBatch()) {
      loader.load(batch);
    }
  }

  private VectorSchemaRoot withoutKey(VectorSchemaRoot rows) {
    List<Field> fields = root.getSchema().getFields();
    return new VectorSchemaRoot(
        fields, rows.getFieldVectors().subList(0, fields.size()), rows.getRowCount());
  }

  @Override
  public void close() {
    cursors.forEach(MergeCursor::close);
  }
}

package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.BatchQueue;
import io.duckherder.cluster.gather.HeldMemory;
import io.duckherder.cluster.gather.HeldRows;
import io.duckherder.cluster.gather.ResultPart;
import io.duckherder.cluster.gather.RowReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of the last stage as parts, one of each task, that a reader puts together. Parts are
 * streamed where a broken run can go on in the middle, or nothing else could run it; otherwise each
 * is held back until it is whole, or all are.
 */
final class PartsDelivery implements ResultDelivery {
  private final Mode mode;
  private final List<ResultPart> parts;
  private final List<BatchQueue> queues = new ArrayList<>();
  private final ReaderFactory readers;
  private final HeldMemory memory;
  private final Path spill;
  private final BufferAllocator allocator;
  private volatile int current;

  /** For each task its accepted rows while they are held back. Guarded by itself. */
  private final Map<Integer, HeldRows> waiting = new HashMap<>();

  /** Guarded by {@code waiting}. */
  private boolean closed;

  /**
   * How parts come.
   *
   * @param passage when they are passed on
   * @param ahead parts beyond the one that is read that may be under way; those that are held are
   *     not limited
   * @param bytes most bytes to receive ahead
   */
  record Mode(Passage passage, int ahead, long bytes) {
    boolean streamed() {
      return passage == Passage.STREAMED;
    }
  }

  /** When rows go on to the reader, who never has to give any back. */
  enum Passage {
    /** As they come. */
    STREAMED,
    /** Those of a task at once, when it is whole. */
    WHOLE_PARTS,
    /**
     * Those of all tasks at once: if rows that they read are lost and would not come the same
     * again, the tasks that are whole run again too.
     */
    WHOLE_ANSWER
  }

  /** Makes the reader that puts the parts together. */
  @FunctionalInterface
  interface ReaderFactory {
    RowReader reader(VectorSchemaRoot root, List<ResultPart> parts, IntConsumer onPart);
  }

  PartsDelivery(
      int tasks, Mode mode, ReaderFactory readers, Path spill, BufferAllocator allocator) {
    this.mode = mode;
    this.parts = Stream.generate(ResultPart::new).limit(tasks).toList();
    this.readers = readers;
    this.memory = new HeldMemory(mode.bytes());
    this.spill = spill;
    this.allocator = allocator;
    if (mode.streamed()) {
      long share = Math.max(1, mode.bytes() / Math.max(1, Math.min(tasks, mode.ahead())));
      IntStream.range(0, tasks).forEach(i -> queues.add(new BatchQueue(share)));
      IntStream.range(0, tasks).forEach(i -> parts.get(i).give(queues.get(i)));
    }
  }

  @Override
  public boolean exchangeForm() {
    return false;
  }

  @Override
  public boolean mayStart(int task) {
    return !mode.streamed() || task - current < mode.ahead();
  }

  @Override
  public boolean needsAll() {
    return mode.streamed();
  }

  @Override
  public boolean mayRace() {
    return !mode.streamed();
  }

  @Override
  public TaskDelivery delivery(int task) {
    return mode.streamed()
        ? new StreamedDelivery(queues.get(task))
        : new HeldDelivery(rows -> accept(task, rows), new HeldRows(memory, spill, allocator));
  }

  private void accept(int task, HeldRows rows) {
    if (mode.passage() == Passage.WHOLE_PARTS) {
      parts.get(task).give(rows);
      return;
    }
    synchronized (waiting) {
      if (!closed) {
        waiting.put(task, rows);
        return;
      }
    }
    rows.close();
  }

  @Override
  public boolean takeBack(int task) {
    synchronized (waiting) {
      HeldRows rows = waiting.remove(task);
      if (rows != null) {
        rows.close();
        return true;
      }
    }
    return !mode.streamed() && parts.get(task).takeBack();
  }

  @Override
  public void complete() {
    synchronized (waiting) {
      waiting.forEach((task, rows) -> parts.get(task).give(rows));
      waiting.clear();
    }
  }

  @Override
  public void fail(RuntimeException failure) {
    parts.forEach(part -> part.fail(failure));
  }

  @Override
  public RowReader reader(VectorSchemaRoot root, Runnable onAdvance) {
    return readers.reader(
        root,
        parts,
        part -> {
          current = part;
          onAdvance.run();
        });
  }

  @Override
  public void close() {
    parts.forEach(ResultPart::close);
    synchronized (waiting) {
      closed = true;
      waiting.values().forEach(HeldRows::close);
      waiting.clear();
    }
  }
}

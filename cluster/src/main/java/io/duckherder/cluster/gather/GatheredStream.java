package io.duckherder.cluster.gather;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of all fragments of a query, in the fragments' order.
 *
 * <pre>
 *   fragment 0  --> queue -->\
 *   fragment 1  --> queue     > next() reads one queue after the other
 *   fragment 2  --> queue    /
 *   fragment 3  starts when fragment 0 is read to its end
 * </pre>
 *
 * <p>As many fragments run at once as the window is wide; each buffers up to its share of the
 * read-ahead and then waits, and with it, through Flight, its worker. One thread reads; any may
 * cancel.
 */
public final class GatheredStream implements BatchStream {
  private final Schema schema;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final List<Fragment> fragments;
  private final FragmentOpener opener;
  private final Executor executor;
  private final Window window;
  private int current;

  /** Guarded by this. */
  private final List<FragmentRun> runs = new ArrayList<>();

  /** Guarded by this. */
  private boolean cancelled;

  /**
   * How much of a query is under way at a time.
   *
   * @param fragments fragments that run at once
   * @param bytes bytes received ahead of what was sent on, over all fragments
   */
  public record Window(int fragments, long bytes) {
    public Window {
      if (fragments < 1 || bytes < 1) {
        throw new IllegalArgumentException("A window lets something through");
      }
    }
  }

  /**
   * Starts the first fragments.
   *
   * @param schema the schema of the result, which the fragments' schemas match but for metadata
   * @param executor runs the fragments, each on a thread
   */
  public GatheredStream(
      Schema schema,
      List<Fragment> fragments,
      FragmentOpener opener,
      Window window,
      Executor executor,
      BufferAllocator allocator) {
    this.schema = schema;
    this.fragments = List.copyOf(fragments);
    this.opener = opener;
    this.window = window;
    this.executor = executor;
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.loader = new VectorLoader(root);
    try {
      startThrough(window.fragments());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    while (current < fragments.size()) {
      try (ArrowRecordBatch batch = run(current).queue().take()) {
        if (batch != null) {
          loader.load(batch);
          return true;
        }
      } catch (InterruptedException e) {
        throw new DuckherderException(
            StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
      }
      current++;
      startThrough(current + window.fragments());
    }
    return false;
  }

  private synchronized FragmentRun run(int number) throws InterruptedException {
    if (cancelled) {
      throw new InterruptedException("cancelled");
    }
    return runs.get(number);
  }

  private synchronized void startThrough(int end) {
    long share = Math.max(1, window.bytes() / window.fragments());
    while (!cancelled && runs.size() < Math.min(end, fragments.size())) {
      FragmentRun run = new FragmentRun(fragments.get(runs.size()), opener, new BatchQueue(share));
      try {
        executor.execute(run);
      } catch (RejectedExecutionException e) {
        throw new DuckherderException(
            StandardErrorCode.STREAM_BROKEN,
            "The stream ended early: the server is being stopped",
            e);
      }
      // Only what was taken to run comes to an end that can be waited for.
      runs.add(run);
    }
  }

  @Override
  public void cancel() {
    stopAll();
  }

  /** Starts nothing more, and tells all that runs to stop. */
  private List<FragmentRun> stopAll() {
    List<FragmentRun> started;
    synchronized (this) {
      cancelled = true;
      started = List.copyOf(runs);
    }
    started.forEach(FragmentRun::cancel);
    return started;
  }

  /** Stops what still runs, waits for it to be gone, and releases its memory. */
  @Override
  public void close() {
    stopAll().forEach(FragmentRun::awaitEnd);
    root.close();
  }
}

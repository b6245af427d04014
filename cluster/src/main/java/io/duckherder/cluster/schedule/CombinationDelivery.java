package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.RowReader;
import io.duckherder.error.DuckherderException;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rows of the last stage into the driver's DuckDB, each run of a task into a table of its
 * own, and asks that for the answer.
 */
final class CombinationDelivery implements ResultDelivery {
  private final DuckDBEngine engine;
  private final QueryContext context;
  private final Combination combination;

  /** Guarded by this: the tables of the runs that were accepted. */
  private final List<LoadedDelivery> loaded = new ArrayList<>();

  /** Guarded by this. */
  private int runs;

  /** Guarded by this. */
  private boolean complete;

  /** Guarded by this. */
  private @Nullable RuntimeException failure;

  /** Guarded by this. */
  private @Nullable BatchStream answer;

  CombinationDelivery(DuckDBEngine engine, QueryContext context, Combination combination) {
    this.engine = engine;
    this.context = context;
    this.combination = combination;
  }

  @Override
  public boolean exchangeForm() {
    return true;
  }

  @Override
  public boolean mayStart(int task) {
    return true;
  }

  @Override
  public boolean needsAll() {
    return false;
  }

  @Override
  public boolean mayRace() {
    return true;
  }

  @Override
  public synchronized TaskDelivery delivery(int task) {
    return new LoadedDelivery(task, "r_t%d_a%d".formatted(task, runs++));
  }

  @Override
  public synchronized boolean takeBack(int task) {
    loaded.removeIf(table -> table.task == task);
    return !complete;
  }

  @Override
  public synchronized void complete() {
    complete = true;
    notifyAll();
  }

  @Override
  public void fail(RuntimeException cause) {
    BatchStream running;
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
      running = answer;
      notifyAll();
    }
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public RowReader reader(VectorSchemaRoot root, Runnable onAdvance) {
    return new CombinationReader(root);
  }

  @Override
  public void close() {
    engine.exchange().release(context.queryId());
  }

  private BatchStream awaitAnswer() throws InterruptedException {
    Fragment fragment;
    synchronized (this) {
      while (!complete && failure == null) {
        wait();
      }
      requireSound();
      fragment = fragment();
    }
    // Not under the lock: the DuckDB may have to be opened for it.
    BatchStream opened = engine.run(fragment);
    synchronized (this) {
      answer = opened;
      if (failure != null) {
        opened.cancel();
      }
    }
    return opened;
  }

  private synchronized void requireSound() {
    if (failure instanceof DuckherderException known) {
      throw new DuckherderException(known.code(), known.text(), known);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Fragment fragment() {
    List<LoadedDelivery> filled = loaded.stream().filter(table -> table.rows() > 0).toList();
    List<LoadedDelivery> read =
        filled.isEmpty() ? loaded.subList(0, Math.min(1, loaded.size())) : filled;
    List<Source> sources =
        read.stream()
            .map(table -> new Source(Source.LOCAL, table.name, OptionalInt.empty()))
            .toList();
    return new Fragment(
        context.queryId(),
        0,
        context.snapshot(),
        context.settings(),
        combination.sql(),
        Optional.empty(),
        false,
        OptionalInt.empty(),
        List.of(new FragmentInput(combination.input(), combination.columns(), sources)),
        Optional.empty(),
        false);
  }

  /** Loads the rows of one run; the table is there only if the run was whole. */
  private final class LoadedDelivery implements TaskDelivery {
    private final int task;
    private final String name;
    private volatile @Nullable CountingStream counts;

    LoadedDelivery(int task, String name) {
      this.task = task;
      this.name = name;
    }

    @Override
    public void receive(BatchStream stream) {
      CountingStream counting = new CountingStream(stream);
      counts = counting;
      engine
          .exchange()
          .load(context.snapshot(), context.queryId(), name, combination.columns(), counting);
    }

    @Override
    public long rows() {
      CountingStream counting = counts;
      return counting == null ? 0 : counting.rows();
    }

    @Override
    public long bytes() {
      CountingStream counting = counts;
      return counting == null ? 0 : counting.bytes();
    }

    @Override
    public void accept() {
      synchronized (CombinationDelivery.this) {
        loaded.add(this);
      }
    }

    @Override
    public boolean discard() {
      return true;
    }
  }

  /** Reads the answer once there is one. */
  private final class CombinationReader implements RowReader {
    private final VectorLoader loader;
    private @Nullable BatchStream stream;

    CombinationReader(VectorSchemaRoot root) {
      this.loader = new VectorLoader(root);
    }

    @Override
    public boolean next() throws InterruptedException {
      if (stream == null) {
        stream = awaitAnswer();
      }
      try {
        if (!stream.next()) {
          return false;
        }
      } catch (DuckherderException e) {
        requireSound();
        throw e;
      }
      try (ArrowRecordBatch batch = new VectorUnloader(stream.root()).getRecordBatch()) {
        loader.load(batch);
      }
      return true;
    }

    @Override
    public void close() {
      if (stream != null) {
        stream.close();
      }
    }
  }
}

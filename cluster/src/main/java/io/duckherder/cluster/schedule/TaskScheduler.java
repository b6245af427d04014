package io.duckherder.cluster.schedule;

import io.duckherder.cluster.gather.ConcatenationReader;
import io.duckherder.cluster.gather.MergeReader;
import io.duckherder.cluster.membership.Membership;
import io.duckherder.cluster.schedule.PartsDelivery.Passage;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultAssembly.Combination;
import io.duckherder.plan.ResultAssembly.Concatenation;
import io.duckherder.plan.ResultAssembly.SortedMerge;
import io.duckherder.plan.Stage;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.worker.engine.DuckDBEngine;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Runs plans over the workers. Safe for use by many threads; the driver closes it after the last
 * query's stream.
 */
public final class TaskScheduler implements AutoCloseable {
  /** Bytes that a query may receive ahead of its client. */
  private static final long READ_AHEAD = 64L << 20;

  private final Parts parts;
  private final ScheduledExecutorService timer;
  private final QueryReleases releases;
  private final SchedulerParts shared;

  /**
   * What a scheduler is made of; all of it is the caller's.
   *
   * @param ticketValidity time within which a worker must start a fragment
   * @param clients connections to workers
   * @param engine the driver's own DuckDB
   * @param executor threads, one for each run of a task
   */
  public record Parts(
      Membership membership,
      TicketCodec tickets,
      Duration ticketValidity,
      ClientPool clients,
      DuckDBEngine engine,
      Executor executor,
      BufferAllocator allocator) {}

  /**
   * A scheduler that runs nothing yet.
   *
   * @param clusterSecret what the driver presents to workers
   */
  public TaskScheduler(Parts parts, String clusterSecret) {
    this.parts = parts;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "duckherder-scheduler-timer");
              thread.setDaemon(true);
              return thread;
            });
    WorkerCalls calls =
        new WorkerCalls(parts.clients(), parts.tickets(), parts.ticketValidity(), clusterSecret);
    this.releases = new QueryReleases(calls, parts.membership());
    this.shared =
        new SchedulerParts(
            parts.membership(),
            calls,
            new ExchangeLosses(calls),
            releases,
            parts.executor(),
            timer);
  }

  /** Starts a query; does not wait for anything. The caller closes the stream. */
  public BatchStream open(QueryPlan plan, QueryContext context) {
    ResultDelivery delivery = delivery(plan, context);
    QueryRun run = new QueryRun(plan, context, delivery, shared);
    QueryStream stream = new QueryStream(run, delivery, context.schema(), parts.allocator());
    run.start();
    return stream;
  }

  private ResultDelivery delivery(QueryPlan plan, QueryContext context) {
    ResultAssembly assembly = plan.assembly();
    Stage last = plan.last();
    if (assembly instanceof SortedMerge merge) {
      return parts(
          plan,
          last.tasks().size(),
          (root, rows, onPart) -> new MergeReader(root, rows, merge, parts.allocator()));
    }
    if (assembly instanceof Concatenation concatenation) {
      return parts(
          plan,
          Math.max(2, parts.membership().slots()),
          (root, rows, onPart) -> new ConcatenationReader(root, rows, concatenation, onPart));
    }
    return new CombinationDelivery(parts.engine(), context, (Combination) assembly);
  }

  /**
   * @param ahead tasks that may be under way at once while their rows are streamed
   */
  private ResultDelivery parts(QueryPlan plan, int ahead, PartsDelivery.ReaderFactory readers) {
    return new PartsDelivery(
        plan.last().tasks().size(),
        new PartsDelivery.Mode(passage(plan), ahead, READ_AHEAD),
        readers,
        parts.engine().config().spillDirectory(),
        parts.allocator());
  }

  private Passage passage(QueryPlan plan) {
    Stage last = plan.last();
    boolean resumable =
        last.inputs().isEmpty() && last.tasks().stream().allMatch(Stage.Task::ordered);
    boolean alone = parts.membership().all().size() < 2;
    if (resumable || alone) {
      return Passage.STREAMED;
    }
    boolean repeatable =
        plan.stages().stream().allMatch(stage -> stage.equals(last) || stage.repeatable());
    return repeatable ? Passage.WHOLE_PARTS : Passage.WHOLE_ANSWER;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    releases.close();
  }
}

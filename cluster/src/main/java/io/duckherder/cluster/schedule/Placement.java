package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Where a query's tasks go: to the worker with least to do, be it for this query or another, and to
 * no worker more than it has threads for. So a long query leaves a short one its share. Guarded by
 * the lock of its {@link QueryRun}.
 */
final class Placement {
  private static final int MOST_PER_WORKER = 4;

  /** Runs of this query by worker. */
  private final Map<String, Integer> running = new HashMap<>();

  /**
   * The worker for a task's next run, absent if all are busy with this query. One that is
   * suspected, or on which the task failed before, is worse than one that is busy: it has time only
   * because nothing runs on it.
   *
   * @param live the live workers
   * @param local rows on a worker that the task would not have to pull
   * @param beyondSlots whether the task must run now even if all are busy
   */
  Optional<Worker> choose(
      List<Worker> live, TaskRun task, ToLongFunction<Worker> local, boolean beyondSlots) {
    int best = live.stream().mapToInt(worker -> doubts(worker, task)).min().orElse(0);
    return live.stream()
        .filter(worker -> doubts(worker, task) == best)
        .filter(worker -> beyondSlots || count(worker) < slots(worker))
        .min(
            Comparator.comparing(Worker::load)
                .thenComparing(Comparator.comparingLong(local).reversed()));
  }

  /** Whether all workers are busy with this query. */
  boolean isFull(List<Worker> live) {
    return live.stream().allMatch(worker -> count(worker) >= slots(worker));
  }

  private static int doubts(Worker worker, TaskRun task) {
    return (worker.suspected() ? 2 : 0) + (task.failedOn(worker.id()) ? 1 : 0);
  }

  /** A worker that has nothing better to do than to run a task a second time. */
  Optional<Worker> idle(List<Worker> live, TaskAttempt slow) {
    return live.stream()
        .filter(worker -> !worker.suspected() && worker.running() < worker.threads())
        .filter(worker -> !worker.id().equals(slow.worker().id()))
        .filter(worker -> !slow.task().failedOn(worker.id()))
        .filter(worker -> count(worker) < slots(worker))
        .min(Comparator.comparing(Worker::load));
  }

  void started(Worker worker) {
    running.merge(worker.id(), 1, Integer::sum);
    worker.started();
  }

  void ended(Worker worker) {
    running.merge(worker.id(), -1, Integer::sum);
    worker.ended();
  }

  private int count(Worker worker) {
    return running.getOrDefault(worker.id(), 0);
  }

  private static int slots(Worker worker) {
    return Math.min(worker.threads(), MOST_PER_WORKER);
  }
}

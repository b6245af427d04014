package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one query. A stage runs once all that it reads is kept somewhere; what a lost
 * worker kept is made again when somebody still needs it, and not before.
 *
 * <pre>
 *   demand(last stage) --> its inputs whole? --no--> demand(input stages)
 *                                 | yes
 *                                 v
 *                      tasks not done go to workers, as many as these have slots
 * </pre>
 *
 * <p>There is no thread that waits for all this: each run of a task has one, and whatever changes
 * (a run ends, the reader goes on, the timer ticks) looks again at what can be started. One lock
 * guards all state; no call to a worker is made under it.
 */
final class QueryRun {
  private static final Logger log = LoggerFactory.getLogger(QueryRun.class);
  private static final long TICK_MILLIS = 200;
  private static final int MOST_FAILURES = 4;

  private final QueryContext context;
  private final ResultDelivery delivery;
  private final SchedulerParts parts;
  private final FragmentFactory fragments;

  /** Guarded by this, as all below. */
  private final Map<Integer, StageRun> stages = new HashMap<>();

  private final StageRun last;
  private final Placement placement = new Placement();
  private final Map<String, Worker> touched = new HashMap<>();
  private @Nullable ScheduledFuture<?> ticks;
  private int active;
  private boolean over;
  private boolean released;

  QueryRun(QueryPlan plan, QueryContext context, ResultDelivery delivery, SchedulerParts parts) {
    this.context = context;
    this.delivery = delivery;
    this.parts = parts;
    this.fragments = new FragmentFactory(context, delivery.exchangeForm());
    int number = 0;
    for (Stage stage : plan.stages()) {
      stages.put(stage.number(), new StageRun(stage, number));
      number += stage.tasks().size();
    }
    this.last = stage(plan.last().number());
  }

  /** Starts what can run now. */
  synchronized void start() {
    finishIfComplete();
    pump();
    if (!over) {
      ticks =
          parts
              .timer()
              .scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** The reader goes on: more may start. */
  synchronized void advanced() {
    pump();
  }

  /** The reader has all it wants; what still runs is stopped. */
  synchronized void answered() {
    end();
  }

  /** Stops everything; the reader learns that the query was cancelled. */
  synchronized void cancel() {
    DuckherderException why =
        new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled");
    delivery.fail(why);
    end();
  }

  /** Waits until no thread works for the query; it was ended before. */
  synchronized void awaitEnd() {
    boolean interrupted = false;
    while (active > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Releases the rows on the driver. */
  void close() {
    delivery.close();
  }

  private StageRun stage(int number) {
    return Optional.ofNullable(stages.get(number))
        .orElseThrow(() -> new IllegalArgumentException("The plan has no stage " + number));
  }

  private void pump() {
    if (!over) {
      demand(last, parts.membership().live(), new HashSet<>());
    }
  }

  /** Starts what a stage still needs. */
  private void demand(StageRun stage, List<Worker> live, Set<StageRun> seen) {
    if (over || stage.isComplete() || !seen.add(stage)) {
      return;
    }
    boolean ready = true;
    for (Stage.Input input : stage.stage().inputs()) {
      StageRun producer = stage(input.stage());
      demand(producer, live, seen);
      ready &= producer.isComplete();
    }
    if (ready) {
      startTasks(stage, live);
    }
  }

  private void startTasks(StageRun stage, List<Worker> live) {
    boolean isLast = stage == last;
    boolean beyondSlots = isLast && delivery.needsAll();
    List<KeptTable> sources = sources(stage);
    for (TaskRun task : stage.tasks()) {
      if (over || (placement.isFull(live) && !beyondSlots && !live.isEmpty())) {
        return;
      }
      if (task.isIdle() && (!isLast || delivery.mayStart(task.index()))) {
        if (live.isEmpty()) {
          fail(noWorkers("no worker is alive"));
        }
        placement
            .choose(live, task, worker -> rowsOn(worker, sources), beyondSlots)
            .ifPresent(worker -> start(stage, task, worker));
      }
    }
  }

  private void start(StageRun stage, TaskRun task, Worker worker) {
    boolean isLast = stage == last;
    List<KeptTable> sources = sources(stage);
    TaskAttempt attempt =
        new TaskAttempt(
            task,
            worker,
            isLast
                ? fragments.gathered(task, inputs(stage, task))
                : fragments.kept(task, inputs(stage, task), stage.stage().bucketed()),
            sources,
            isLast ? delivery.delivery(task.index()) : new KeptDelivery(),
            isLast && !delivery.mayRace() && task.task().ordered() && sources.isEmpty());
    try {
      parts.executor().execute(() -> run(attempt));
    } catch (RejectedExecutionException e) {
      attempt.delivery().discard();
      fail(
          new DuckherderException(
              StandardErrorCode.STREAM_BROKEN,
              "The stream ended early: the server is being stopped",
              e));
      return;
    }
    task.begin(attempt);
    placement.started(worker);
    active++;
    if (!isLast || !stage.stage().inputs().isEmpty()) {
      touched.put(worker.registration().incarnation(), worker);
    }
  }

  private List<FragmentInput> inputs(StageRun stage, TaskRun task) {
    return stage.stage().inputs().stream()
        .map(
            input ->
                FragmentFactory.input(
                    input, stage(input.stage()).stage(), task.task().bucket(), kept(input.stage())))
        .toList();
  }

  private List<KeptTable> kept(int producer) {
    return stage(producer).tasks().stream().flatMap(task -> task.kept().stream()).toList();
  }

  private List<KeptTable> sources(StageRun stage) {
    return stage.stage().inputs().stream()
        .flatMap(input -> kept(input.stage()).stream())
        .distinct()
        .toList();
  }

  private static long rowsOn(Worker worker, List<KeptTable> tables) {
    return tables.stream().filter(table -> table.isOn(worker)).mapToLong(KeptTable::rows).sum();
  }

  /** A thread of its own for each run of a task. */
  private void run(TaskAttempt attempt) {
    @Nullable Throwable failure = null;
    Set<Worker> lost = Set.of();
    try {
      attempt.run(parts.calls(), parts.membership());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure =
          new DuckherderException(StandardErrorCode.QUERY_CANCELLED, "The query was cancelled", e);
    } catch (RuntimeException | Error e) {
      failure = e;
      lost = parts.losses().find(attempt, e);
    }
    try {
      tell(ended(attempt, failure, lost));
    } finally {
      left();
    }
  }

  private void tell(TaskReport report) {
    try {
      context.listener().ended(report);
    } catch (RuntimeException e) {
      log.warn("Query {}: cannot note the end of a task", context.queryId(), e);
    }
  }

  private synchronized TaskReport ended(
      TaskAttempt attempt, @Nullable Throwable failure, Set<Worker> lost) {
    TaskRun task = attempt.task();
    task.end(attempt);
    placement.ended(attempt.worker());
    lost.forEach(worker -> lose(table -> table.isOn(worker)));
    Outcome outcome;
    Optional<String> error = Optional.empty();
    if (over || task.isDone()) {
      outcome = task.isDone() ? Outcome.SUPERSEDED : Outcome.CANCELLED;
      attempt.delivery().discard();
    } else if (failure == null) {
      outcome = Outcome.DONE;
      accept(attempt);
    } else {
      outcome = Outcome.FAILED;
      Throwable why = attempt.reason(failure);
      error = Optional.of(String.valueOf(why.getMessage()));
      failed(attempt, why);
    }
    pump();
    return attempt.report(outcome, error);
  }

  private synchronized void left() {
    active--;
    notifyAll();
    releaseIfUnused();
  }

  private void accept(TaskAttempt attempt) {
    TaskRun task = attempt.task();
    StageRun stage = stage(task.stage());
    stage.took(attempt.elapsedNanos());
    task.done(
        attempt
            .fragment()
            .output()
            .map(
                output ->
                    new KeptTable(attempt.worker(), output.table(), attempt.delivery().rows())));
    attempt.delivery().accept();
    task.running().forEach(TaskAttempt::cancel);
    finishIfComplete();
  }

  private void finishIfComplete() {
    if (!over && last.isComplete()) {
      delivery.complete();
      end();
    }
  }

  private void failed(TaskAttempt attempt, Throwable why) {
    TaskRun task = attempt.task();
    boolean again = attempt.delivery().discard();
    if (!again || !(why instanceof DuckherderException known) || !known.code().retryable()) {
      fail(why);
      return;
    }
    if (known.code() == StandardErrorCode.EXCHANGE_LOST) {
      task.lostInput();
    } else {
      attempt.worker().suspect();
      task.failed(attempt.worker().id());
    }
    List<Worker> live = parts.membership().live();
    if (task.isIdle() && task.failures() >= Math.max(MOST_FAILURES, live.size() + 1)) {
      boolean nobody = live.stream().allMatch(Worker::suspected);
      fail(nobody ? noWorkers("no worker answers, " + known.text()) : known);
      return;
    }
    log.warn(
        "Query {}: running task {} of stage {} again, because {}",
        context.queryId(),
        task.index(),
        task.stage(),
        known.text());
  }

  private DuckherderException noWorkers(String reason) {
    return new DuckherderException(
        StandardErrorCode.NO_WORKERS,
        "Cannot run query %s: %s; start a worker and run it again"
            .formatted(context.queryId(), reason));
  }

  private void fail(Throwable why) {
    if (!over) {
      delivery.fail(
          why instanceof RuntimeException known
              ? known
              : new DuckherderException(
                  StandardErrorCode.INTERNAL_ERROR,
                  "The driver failed while it ran query %s: %s".formatted(context.queryId(), why),
                  why));
      end();
    }
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    if (ticks != null) {
      ticks.cancel(false);
    }
    attempts().forEach(TaskAttempt::cancel);
    releaseIfUnused();
  }

  private void releaseIfUnused() {
    if (over && active == 0 && !released) {
      released = true;
      parts.releases().release(context.queryId(), List.copyOf(touched.values()));
    }
  }

  private synchronized void tick() {
    if (over) {
      return;
    }
    try {
      loseAbsentWorkers();
      raceStragglers();
      pump();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** A worker that is no longer in is not waited for, and what it kept is gone. */
  private void loseAbsentWorkers() {
    Set<String> present =
        parts.membership().all().stream()
            .map(worker -> worker.registration().incarnation())
            .collect(Collectors.toSet());
    lose(table -> !present.contains(table.worker().registration().incarnation()));
    for (TaskAttempt attempt : attempts()) {
      attempt.abandonIfAbsent(present);
    }
  }

  private void lose(Predicate<KeptTable> lost) {
    for (StageRun stage : stages.values()) {
      stage.tasks().stream()
          .filter(task -> task.kept().filter(lost).isPresent())
          .forEach(TaskRun::lost);
    }
  }

  private void raceStragglers() {
    for (StageRun stage : stages.values()) {
      if (!stage.isComplete() && (stage != last || delivery.mayRace())) {
        long limit = stage.straggling(StragglerRule.DEFAULT);
        for (TaskRun task : stage.tasks()) {
          List<TaskAttempt> running = task.running();
          if (running.size() == 1 && running.get(0).elapsedNanos() > limit) {
            race(stage, task, running.get(0));
          }
        }
      }
    }
  }

  private void race(StageRun stage, TaskRun task, TaskAttempt slow) {
    boolean inputsWhole =
        stage.stage().inputs().stream().allMatch(input -> stage(input.stage()).isComplete());
    if (inputsWhole) {
      placement
          .idle(parts.membership().live(), slow)
          .ifPresent(worker -> start(stage, task, worker));
    }
  }

  private List<TaskAttempt> attempts() {
    List<TaskAttempt> attempts = new ArrayList<>();
    stages.values().forEach(s -> s.tasks().forEach(t -> attempts.addAll(t.running())));
    return attempts;
  }
}

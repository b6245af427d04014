package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.cluster.schedule.TaskReport.Outcome;
import io.duckherder.plan.QueryPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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

  private final QueryContext context;
  private final ResultDelivery delivery;
  private final SchedulerParts parts;
  private final FragmentFactory fragments;
  private final QueryFailures failures;
  private final AttemptThreads threads;

  /** Guarded by this, as all below. */
  private final QueryStages stages;

  private final Placement placement = new Placement();
  private @Nullable ScheduledFuture<?> ticks;
  private boolean over;

  QueryRun(QueryPlan plan, QueryContext context, ResultDelivery delivery, SchedulerParts parts) {
    this.context = context;
    this.delivery = delivery;
    this.parts = parts;
    this.fragments = new FragmentFactory(context, delivery.exchangeForm());
    this.failures = new QueryFailures(context.queryId());
    this.threads = new AttemptThreads(context, parts, this::ended);
    this.stages = new QueryStages(plan);
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
    delivery.fail(QueryFailures.cancelled());
    end();
  }

  /** Waits until no thread works for the query; it was ended before. */
  void awaitEnd() {
    threads.awaitEnd();
  }

  /** Releases the rows on the driver. */
  void close() {
    delivery.close();
  }

  private void pump() {
    if (!over) {
      demand(stages.last(), parts.membership().live(), new HashSet<>());
    }
  }

  /**
   * Starts what a stage still needs. What runs may have read all that it needs already: rows that
   * are lost are missed by runs that start, or have failed.
   */
  private void demand(StageRun stage, List<Worker> live, Set<StageRun> seen) {
    if (over || stage.isStarted() || !seen.add(stage)) {
      return;
    }
    if (stage.isInPieces()) {
      startOver(stage);
    }
    boolean ready = true;
    for (StageRun producer : stages.producers(stage)) {
      demand(producer, live, seen);
      ready &= producer.isComplete();
    }
    if (ready && !over) {
      startTasks(stage, live);
    }
  }

  /** What was made of the stage's rows cannot be used with those that will be made. */
  private void startOver(StageRun stage) {
    log.warn(
        "Query {}: stage {} and what reads it start over: rows that would not come again are lost",
        context.queryId(),
        stage.stage().number());
    if (!stages.startOver(stage, delivery::takeBack)) {
      fail(failures.cannotRepeat(stage));
    }
  }

  private void startTasks(StageRun stage, List<Worker> live) {
    boolean isLast = stage == stages.last();
    boolean beyondSlots = isLast && delivery.needsAll();
    List<KeptTable> sources = stages.sources(stage);
    for (TaskRun task : stage.tasks()) {
      if (over || (placement.isFull(live) && !beyondSlots && !live.isEmpty())) {
        return;
      }
      if (task.isIdle() && (!isLast || delivery.mayStart(task.index()))) {
        if (live.isEmpty()) {
          fail(failures.noWorkers());
        }
        placement
            .choose(live, task, worker -> QueryStages.rowsOn(worker, sources), beyondSlots)
            .ifPresent(worker -> start(stage, task, worker));
      }
    }
  }

  private void start(StageRun stage, TaskRun task, Worker worker) {
    boolean isLast = stage == stages.last();
    List<KeptTable> sources = stages.sources(stage);
    TaskAttempt attempt =
        new TaskAttempt(
            task,
            worker,
            isLast
                ? fragments.gathered(task, stages.inputs(stage, task))
                : fragments.kept(task, stages.inputs(stage, task), stage.stage().bucketed()),
            sources,
            isLast ? delivery.delivery(task.index()) : new KeptDelivery(),
            isLast && !delivery.mayRace() && task.task().ordered() && sources.isEmpty());
    boolean keeps = !isLast || !stage.stage().inputs().isEmpty();
    try {
      threads.start(attempt, keeps);
    } catch (RejectedExecutionException e) {
      attempt.delivery().discard();
      fail(QueryFailures.stopping(e));
      return;
    }
    task.begin(attempt);
    placement.started(worker);
  }

  private synchronized TaskReport ended(
      TaskAttempt attempt, @Nullable Throwable failure, Set<Worker> lost) {
    TaskRun task = attempt.task();
    task.end(attempt);
    placement.ended(attempt.worker());
    lost.forEach(worker -> stages.lose(table -> table.isOn(worker)));
    Outcome outcome;
    Optional<String> error = Optional.empty();
    if (over || task.isDone() || attempt.isOutdated()) {
      outcome = task.isDone() || attempt.isOutdated() ? Outcome.SUPERSEDED : Outcome.CANCELLED;
      boolean again = attempt.delivery().discard();
      if (!task.isDone() && !again) {
        fail(failures.cannotRepeat(stages.stage(task.stage())));
      }
    } else if (failure == null) {
      outcome = Outcome.DONE;
      accept(attempt);
    } else {
      outcome = Outcome.FAILED;
      Throwable why = attempt.reason(failure);
      error = Optional.of(String.valueOf(why.getMessage()));
      failures.ending(attempt, why, parts.membership().live()).ifPresent(this::fail);
    }
    pump();
    return attempt.report(outcome, error);
  }

  private void accept(TaskAttempt attempt) {
    TaskRun task = attempt.task();
    stages.stage(task.stage()).took(attempt.elapsedNanos());
    task.done(
        attempt
            .fragment()
            .output()
            .map(
                output ->
                    new KeptTable(attempt.worker(), output.table(), attempt.delivery().rows())));
    attempt.delivery().accept();
    task.running().forEach(TaskAttempt::outdate);
    finishIfComplete();
  }

  private void finishIfComplete() {
    if (!over && stages.last().isComplete()) {
      delivery.complete();
      end();
    }
  }

  private void fail(Throwable why) {
    if (!over) {
      delivery.fail(failures.told(why));
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
    stages.attempts().forEach(TaskAttempt::cancel);
    threads.end();
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
    stages.lose(table -> !present.contains(table.worker().registration().incarnation()));
    for (TaskAttempt attempt : stages.attempts()) {
      attempt.abandonIfAbsent(present);
    }
  }

  private void raceStragglers() {
    for (StageRun stage : stages.all()) {
      if (stage != stages.last() || delivery.mayRace()) {
        stage.stragglers(StragglerRule.DEFAULT).forEach(slow -> race(stage, slow));
      }
    }
  }

  private void race(StageRun stage, TaskAttempt slow) {
    if (stages.producers(stage).stream().allMatch(StageRun::isComplete)) {
      placement
          .idle(parts.membership().live(), slow)
          .ifPresent(worker -> start(stage, slow.task(), worker));
    }
  }
}

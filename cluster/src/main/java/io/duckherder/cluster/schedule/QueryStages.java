package io.duckherder.cluster.schedule;

import io.duckherder.cluster.membership.Worker;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.Stage;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** The stages of one query, and what they read of each other. Guarded by its {@link QueryRun}. */
final class QueryStages {
  private final Map<Integer, StageRun> stages = new HashMap<>();
  private final StageRun last;

  QueryStages(QueryPlan plan) {
    int number = 0;
    for (Stage stage : plan.stages()) {
      stages.put(stage.number(), new StageRun(stage, number));
      number += stage.tasks().size();
    }
    this.last = stage(plan.last().number());
  }

  Collection<StageRun> all() {
    return stages.values();
  }

  /** The stage whose rows are the query's. */
  StageRun last() {
    return last;
  }

  StageRun stage(int number) {
    return Optional.ofNullable(stages.get(number))
        .orElseThrow(() -> new IllegalArgumentException("The plan has no stage " + number));
  }

  /** The stages that a stage reads. */
  List<StageRun> producers(StageRun stage) {
    return stage.stage().inputs().stream().map(input -> stage(input.stage())).toList();
  }

  /**
   * Forgets what a stage made and all that was made of that.
   *
   * @param takeBack takes a task's rows back that were accepted as the query's
   * @return false if some could not be taken back
   */
  boolean startOver(StageRun stage, IntPredicate takeBack) {
    for (StageRun outdated : withConsumers(stage)) {
      boolean taken =
          outdated != last
              || outdated.tasks().stream()
                  .filter(TaskRun::isDone)
                  .allMatch(task -> takeBack.test(task.index()));
      if (!taken) {
        return false;
      }
      outdated.startOver();
    }
    return true;
  }

  /** A stage and those that read it, or read one that does. */
  private Set<StageRun> withConsumers(StageRun stage) {
    Set<StageRun> found = new LinkedHashSet<>(Set.of(stage));
    ArrayDeque<StageRun> next = new ArrayDeque<>(found);
    while (!next.isEmpty()) {
      StageRun one = next.remove();
      for (StageRun other : all()) {
        if (producers(other).contains(one) && found.add(other)) {
          next.add(other);
        }
      }
    }
    return found;
  }

  /** What a task reads, as it is kept now. */
  List<FragmentInput> inputs(StageRun stage, TaskRun task) {
    return stage.stage().inputs().stream()
        .map(
            input ->
                FragmentFactory.input(
                    input,
                    stage(input.stage()).stage(),
                    task.task().bucket(),
                    kept(stage(input.stage()))))
        .toList();
  }

  /** All that a stage's tasks read, as it is kept now. */
  List<KeptTable> sources(StageRun stage) {
    return producers(stage).stream().flatMap(input -> kept(input).stream()).distinct().toList();
  }

  static long rowsOn(Worker worker, List<KeptTable> tables) {
    return tables.stream().filter(table -> table.isOn(worker)).mapToLong(KeptTable::rows).sum();
  }

  /** Some of what is kept is gone. */
  void lose(Predicate<KeptTable> lost) {
    all().forEach(stage -> stage.lose(lost));
  }

  /** The runs under way. */
  List<TaskAttempt> attempts() {
    return all().stream()
        .flatMap(stage -> stage.tasks().stream())
        .flatMap(task -> task.running().stream())
        .toList();
  }

  private static List<KeptTable> kept(StageRun producer) {
    return producer.tasks().stream().flatMap(task -> task.kept().stream()).toList();
  }
}

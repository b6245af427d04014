package io.duckherder.cluster.schedule;

import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentOutput;
import io.duckherder.plan.Stage;
import io.duckherder.wire.FlightClients;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes fragments of a query's tasks. */
final class FragmentFactory {
  private final QueryContext context;
  private final boolean exchangeForm;

  /**
   * @param exchangeForm whether the last stage's rows come in their exchange form
   */
  FragmentFactory(QueryContext context, boolean exchangeForm) {
    this.context = context;
    this.exchangeForm = exchangeForm;
  }

  /** The fragment of a task whose rows come to the driver. */
  Fragment gathered(TaskRun task, List<FragmentInput> inputs) {
    return fragment(task, inputs, Optional.empty());
  }

  /** The fragment of a task whose rows stay on its worker, in a table of this run's own. */
  Fragment kept(TaskRun task, List<FragmentInput> inputs, boolean bucketed) {
    String table = "s%d_t%d_a%d".formatted(task.stage(), task.index(), task.started());
    return fragment(task, inputs, Optional.of(new FragmentOutput(table, bucketed)));
  }

  private Fragment fragment(
      TaskRun task, List<FragmentInput> inputs, Optional<FragmentOutput> output) {
    Stage.Task plan = task.task();
    return new Fragment(
        context.queryId(),
        task.number(),
        context.snapshot(),
        context.settings(),
        plan.sql(),
        plan.range(),
        plan.ordered() && inputs.isEmpty(),
        plan.bucket(),
        inputs,
        output,
        exchangeForm && output.isEmpty());
  }

  /** What a task reads of an earlier stage; tables without rows are left alone. */
  static FragmentInput input(
      Stage.Input input, Stage producer, OptionalInt bucket, List<KeptTable> tables) {
    return new FragmentInput(
        input.name(),
        producer.columns(),
        worthReading(tables).stream()
            .map(
                table ->
                    new FragmentInput.Source(
                        FlightClients.SCHEME + "://" + table.worker().registration().address(),
                        table.name(),
                        input.byBucket() ? bucket : OptionalInt.empty()))
            .toList());
  }

  private static List<KeptTable> worthReading(List<KeptTable> tables) {
    List<KeptTable> filled = tables.stream().filter(table -> table.rows() > 0).toList();
    return filled.isEmpty() ? tables.subList(0, Math.min(1, tables.size())) : filled;
  }
}

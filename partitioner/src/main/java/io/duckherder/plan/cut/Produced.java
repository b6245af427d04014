package io.duckherder.plan.cut;

import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import io.duckherder.plan.cut.StateAggregates.State;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of a stage, as stages after it read them.
 *
 * @param stage its number
 * @param columns their columns, c0, c1, and so on
 * @param states what the columns that hold aggregate states are states of
 * @param bucketTypes the types of the columns whose hash is the bucket; empty if there is none
 */
record Produced(
    int stage, List<ResultColumn> columns, List<Optional<State>> states, List<String> bucketTypes) {
  Produced {
    bucketTypes = List.copyOf(bucketTypes);
    columns = List.copyOf(columns);
    states = List.copyOf(states);
  }

  /** The name under which tasks read all rows of a stage, or those of their bucket. */
  static String name(int stage, boolean byBucket) {
    return (byBucket ? "duckherder_bucket_of_" : "duckherder_in_") + stage;
  }

  /** How a stage reads them. */
  Stage.Input input(boolean byBucket) {
    return new Stage.Input(name(stage, byBucket), stage, byBucket);
  }

  List<String> names() {
    return columns.stream().map(ResultColumn::name).toList();
  }

  /** A view of the same columns without rows, for statements over them to be prepared. */
  String emptyView(boolean byBucket) {
    return columns.stream()
        .map(column -> "CAST(NULL AS %s) AS %s".formatted(column.type(), column.name()))
        .collect(
            Collectors.joining(
                ", ",
                "CREATE OR REPLACE TEMP VIEW " + name(stage, byBucket) + " AS SELECT ",
                " WHERE false"));
  }

  /** All rows, with states that are states again. */
  String select(boolean byBucket) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> expression(i) + " AS " + SqlText.identifier(columns.get(i).name()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + from(byBucket)));
  }

  private String expression(int i) {
    String column = Halving.INPUT + "." + SqlText.identifier(columns.get(i).name());
    return states.get(i).map(state -> state.restored(column)).orElse(column);
  }

  /** What stands after FROM. */
  String from(boolean byBucket) {
    return "temp.main.%s AS %s(%s)"
        .formatted(name(stage, byBucket), Halving.INPUT, String.join(", ", names()));
  }
}

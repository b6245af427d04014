package io.duckherder.spark;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What came of a query: its rows as a sorted list of texts, or that it failed. Answers are equal
 * whatever the message of a failure.
 */
record Answer(List<String> rows, Optional<String> failure) {
  private static final int SHOWN = 6;

  static Answer of(Supplier<Dataset<Row>> query) {
    try {
      return new Answer(Values.rows(query.get()).stream().sorted().toList(), Optional.empty());
    } catch (Exception e) {
      return new Answer(List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Answer that
        && rows.equals(that.rows)
        && failure.isPresent() == that.failure.isPresent();
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }

  /** How it differs from the right one, in a line. */
  String beside(Answer right) {
    if (equals(right)) {
      return "the same";
    }
    if (failure.isPresent()) {
      return "failed: " + failure.get().lines().findFirst().orElse("");
    }
    return rows.size()
        + " rows, among them alone "
        + rows.stream().filter(row -> !right.rows.contains(row)).distinct().limit(SHOWN).toList();
  }
}

package io.duckherder.spark;

import java.util.Arrays;
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
  private static final String UNTRANSLATABLE = "Spark cannot translate an expression";

  static Answer of(Supplier<Dataset<Row>> query) {
    try {
      return new Answer(Values.rows(query.get()).stream().sorted().toList(), Optional.empty());
    } catch (Exception e) {
      String message = inTranslation(e) ? UNTRANSLATABLE : String.valueOf(e.getMessage());
      return new Answer(List.of(), Optional.of(message));
    }
  }

  /**
   * Whether Spark failed to translate an expression for sources, whatever the source: it takes a
   * null among the operands of AND, which its optimizer makes of a comparison, for no condition.
   */
  boolean isUntranslatable() {
    return failure.filter(UNTRANSLATABLE::equals).isPresent();
  }

  private static boolean inTranslation(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AssertionError
          && Arrays.stream(cause.getStackTrace())
              .anyMatch(frame -> frame.getClassName().endsWith(".V2ExpressionBuilder"))) {
        return true;
      }
    }
    return false;
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

package io.duckherder.sql.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What EXPLAIN says of how a query is distributed.
 *
 * @param stages how many stages it has; 0 if it is not cut
 * @param remark how its answer is put together, or why it is not cut
 */
record Distribution(int stages, String remark) {
  private static final Pattern STAGES = Pattern.compile("(\\d+) stages?, (.*)");
  private static final Pattern WHOLE = Pattern.compile("Whole on [a-z ]+, because (.*)");

  /** Reads the first line of a plan. */
  static Distribution of(String plan) {
    String first = plan.lines().findFirst().orElse("");
    Matcher stages = STAGES.matcher(first);
    if (stages.matches()) {
      return new Distribution(Integer.parseInt(stages.group(1)), stages.group(2));
    }
    Matcher whole = WHOLE.matcher(first);
    if (whole.matches()) {
      return new Distribution(0, whole.group(1));
    }
    throw new IllegalArgumentException("Not the first line of a plan: " + first);
  }

  boolean isDistributed() {
    return stages > 0;
  }

  /** A line of the table in {@code docs/distribution.md}. */
  String row(int number) {
    return "| %s | %s | %s | %s |"
        .formatted(
            number,
            isDistributed() ? "yes" : "no",
            isDistributed() ? String.valueOf(stages) : "",
            remark);
  }
}

package io.duckherder.plan.cut;

/** A query, or a way to divide it, turns out to be one that runs whole. The message says why. */
final class NotCuttable extends Exception {
  private static final long serialVersionUID = 1;

  NotCuttable(String because) {
    super(because, null, false, false);
  }

  String because() {
    return String.valueOf(getMessage());
  }
}

package io.duckherder.plan.cut;

/**
 * The weights of work, in rows scanned. Measured roughly on TPC-H; they only have to tell a good
 * way to divide a query from a bad one.
 */
final class Costs {
  static final double SCAN = 1;

  /** A table whose rows are all looked at, to keep those of one bucket or range. */
  static final double RESCAN = 1.2;

  static final double BUILD = 4;
  static final double PROBE = 1.5;
  static final double GROUP = 2;
  static final double SORT = 4;
  static final double WINDOW = 8;

  /** A row stored, sent and loaded. */
  static final double EXCHANGE = 8;

  /**
   * A stage more: a task's start on each worker, its plan, and a round trip or two take as long as
   * a scan of so many rows.
   */
  static final double STAGE = 1_000_000;

  /** The same for a query of small tables that nobody asked to divide. */
  static final double LEAST_STAGE = 60_000;

  private Costs() {}
}

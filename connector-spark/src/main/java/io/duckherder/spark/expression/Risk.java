package io.duckherder.spark.expression;

/** What a value of an expression may do that keeps it out of some places. */
enum Risk {
  /** The expression fails for some rows, as Spark's does; it must be evaluated for no others. */
  FAILURE,
  /** The date may lie outside of the years that can be read, so only other expressions see it. */
  FAR_DATE,
  /**
   * The whole number is in a wider DuckDB type than its own. It is cast where it is read, and not
   * before: DuckDB finds the dates of a year by the statistics of row groups, not those of a cast.
   */
  WIDE_NUMBER
}

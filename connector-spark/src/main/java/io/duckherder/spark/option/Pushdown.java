package io.duckherder.spark.option;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much of a query DuckDB may do. */
public enum Pushdown {
  /** All that it does as Spark would. */
  TRUE,
  /**
   * The same, but filters are applied by Spark as well. It uses filters that it sees on one side of
   * a join to read less of the other, and sees none that only DuckDB applies; on the other hand it
   * hands no aggregates, limits and joins of filtered rows on.
   */
  FILTERS,
  /** No more than to read columns. */
  FALSE;

  static Optional<Pushdown> of(String value) {
    return Arrays.stream(values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}

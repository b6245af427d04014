package io.duckherder.layout;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A range of rowids.
 *
 * @param from the first rowid
 * @param to the rowid after the last; {@link Long#MAX_VALUE} for an open end
 */
public record RowRange(@JsonProperty("from") long from, @JsonProperty("to") long to) {
  /** Every rowid. */
  public static final RowRange ALL = new RowRange(0, Long.MAX_VALUE);

  public RowRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("Not a range of rowids: " + from + " to " + to);
    }
  }
}

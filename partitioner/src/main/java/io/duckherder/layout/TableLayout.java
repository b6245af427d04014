package io.duckherder.layout;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the rows of a table lie, as far as a snapshot tells.
 *
 * @param starts the first rowid of each row group, ascending
 * @param rows the live rows of each row group, at a guess where rows were deleted
 * @param exact whether group i holds just the rowids from starts[i] up to starts[i + 1]; only then
 *     do the zones say anything of a range
 * @param zones column name, in lower case, to its zones
 */
public record TableLayout(long[] starts, long[] rows, boolean exact, Map<String, Zones> zones) {
  public TableLayout {
    zones = Map.copyOf(zones);
  }

  public int rowGroups() {
    return starts.length;
  }

  public long totalRows() {
    long total = 0;
    for (long count : rows) {
      total += count;
    }
    return total;
  }

  /** The zones of a column, absent if its type has none or ranges have nothing to do with them. */
  public Optional<Zones> zonesOf(String column) {
    return exact
        ? Optional.ofNullable(zones.get(column.toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }
}

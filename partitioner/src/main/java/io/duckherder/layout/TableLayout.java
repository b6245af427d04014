package io.duckherder.layout;

import io.duckherder.sql.Names;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the rows of a table lie, as far as a snapshot tells.
 *
 * @param starts the first rowid of each row group, ascending
 * @param rows the live rows of each row group, at a guess where rows were deleted
 * @param exact whether group i holds just the rowids from starts[i] up to starts[i + 1]; only then
 *     do the zones say anything of a range
 * @param zones column name, as the catalog has it, to its zones
 * @param columns the columns in their order
 */
public record TableLayout(
    long[] starts, long[] rows, boolean exact, Map<String, Zones> zones, List<Column> columns) {
  private static final Set<String> INTEGERS =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

  public TableLayout {
    zones = Map.copyOf(zones);
    columns = List.copyOf(columns);
  }

  /** A layout of which the columns do not matter. */
  public TableLayout(long[] starts, long[] rows, boolean exact, Map<String, Zones> zones) {
    this(starts, rows, exact, zones, List.of());
  }

  /** A column, its DuckDB type, and what is known of its values, if anything. */
  public record Column(String name, String type, Optional<ColumnStatistics> statistics) {}

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

  /**
   * The zones of a column, by its very name, absent if its type has none or ranges have nothing to
   * do with them.
   */
  public Optional<Zones> zonesOf(String column) {
    return exact ? Optional.ofNullable(zones.get(column)) : Optional.empty();
  }

  /** The zones of a column of whole numbers, by the column's position. */
  public Optional<Zones> zonesOfInteger(int column) {
    return column >= 0 && column < columns.size() && INTEGERS.contains(columns.get(column).type())
        ? zonesOf(columns.get(column).name())
        : Optional.empty();
  }

  /** What is known of the values of columns, by their names, in any case. */
  public List<ColumnStatistics> statistics(Collection<String> names) {
    Map<String, String> wanted = new HashMap<>();
    names.forEach(name -> wanted.put(Names.fold(name), name));
    return columns.stream()
        .filter(column -> wanted.containsKey(Names.fold(column.name())))
        .flatMap(column -> column.statistics().stream())
        .map(known -> known.as(wanted.getOrDefault(Names.fold(known.name()), known.name())))
        .toList();
  }
}

package io.duckherder.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;

/**
 * Reads a table's layout from a snapshot.
 *
 * <p>{@code pragma_storage_info} gives each group's rows and statistics but not its first rowid,
 * and groups that lost all their rows are gone. Only if no row is deleted and the rowids have no
 * gap do the counts add up to positions. Otherwise the rowids themselves are counted, in steps of a
 * full row group: good enough to cut ranges of like size, and never a reason to skip one.
 */
public final class LayoutReader {
  private static final double UNKNOWN = Double.NaN;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;
  private final TableName table;
  private final List<Column> columns = new ArrayList<>();
  private final Map<String, ColumnStatistics> told = new HashMap<>();

  private LayoutReader(Connection connection, TableName table) {
    this.connection = connection;
    this.table = table;
  }

  /** Reads a layout; takes seconds for tens of thousands of row groups. */
  public static TableLayout read(Connection connection, TableName table) {
    // What is read is kept for all sessions, so no session's settings may touch it.
    try (Connection plain = connection.unwrap(DuckDBConnection.class).duplicate()) {
      return new LayoutReader(plain, table).read();
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private TableLayout read() throws SQLException {
    readColumns();
    readStatistics();
    Extent extent = readExtent();
    if (extent.count() == 0) {
      return new TableLayout(new long[0], new long[0], false, Map.of(), layoutColumns());
    }
    Map<Integer, Group> groups = readGroups();
    long[] rows = groups.values().stream().mapToLong(group -> group.rows).toArray();
    boolean exact =
        Arrays.stream(rows).sum() == extent.count()
            && extent.last() - extent.first() + 1 == extent.count();
    if (!exact) {
      return countedLayout();
    }
    long[] starts = new long[rows.length];
    long next = extent.first();
    for (int i = 0; i < rows.length; i++) {
      starts[i] = next;
      next += rows[i];
    }
    return new TableLayout(
        starts, rows, true, zones(new ArrayList<>(groups.values())), layoutColumns());
  }

  private void readColumns() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("DESCRIBE " + table.sql())) {
      while (result.next()) {
        String type = result.getString("column_type");
        columns.add(new Column(result.getString("column_name"), type, SortKey.kindOf(type)));
      }
    }
  }

  /** DuckDB knows them when it binds the query; the one row is only there to have an answer. */
  private void readStatistics() throws SQLException {
    String all =
        IntStream.range(0, columns.size())
            .mapToObj("CAST(to_json(stats(r.c%d)) AS VARCHAR)"::formatted)
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT %s FROM %s LIMIT 1".formatted(all, aliased()))) {
      boolean found = result.next();
      for (int i = 0; found && i < columns.size(); i++) {
        tell(columns.get(i).name(), result.getString(i + 1));
      }
    }
  }

  private void tell(String column, String statistics) {
    try {
      told.put(column, ColumnStatistics.of(column, JSON.readTree(statistics)));
    } catch (JsonProcessingException e) {
      // A NaN, which JSON does not have. Nothing depends on them but guesses of sizes.
      told.remove(column);
    }
  }

  /** The table with its columns renamed, so that none of them hides the rowid. */
  private String aliased() {
    return table.sql()
        + " AS r("
        + IntStream.range(0, columns.size())
            .mapToObj(i -> "c" + i)
            .collect(Collectors.joining(", "))
        + ")";
  }

  private Extent readExtent() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*), coalesce(min(r.rowid), 0), coalesce(max(r.rowid), 0) FROM "
                    + aliased())) {
      result.next();
      return new Extent(result.getLong(1), result.getLong(2), result.getLong(3));
    }
  }

  private Map<Integer, Group> readGroups() throws SQLException {
    Map<Integer, Group> groups = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(groupsQuery())) {
      while (result.next()) {
        Group group = groups.computeIfAbsent(result.getInt("row_group_id"), id -> new Group());
        group.rows = Math.max(group.rows, result.getLong("row_count"));
        if (result.getBoolean("usable")) {
          group.zones.put(
              result.getString("name"),
              new Zone(
                  Optional.ofNullable(result.getString("least")),
                  Optional.ofNullable(result.getString("greatest"))));
        }
      }
    }
    return groups;
  }

  /** One row for each row group and column: the rows, and the least and greatest key. */
  private String groupsQuery() {
    return """
        SELECT row_group_id, column_name AS name, sum(count)::BIGINT AS row_count,
          column_path = '[' || column_id || ']' AND NOT bool_or(has_updates)
            AND bool_and(stats IS NOT NULL) AS usable,
          %s AS least, %s AS greatest
        FROM (
          SELECT *, CAST(stats.min AS VARCHAR) AS low, CAST(stats.max AS VARCHAR) AS high
          FROM pragma_storage_info(%s))
        WHERE column_path IN ('[' || column_id || ']', '[' || column_id || ', 0]')
        GROUP BY row_group_id, column_id, column_name, column_path
        ORDER BY row_group_id ASC"""
        .formatted(key("low", "min"), key("high", "max"), SqlText.literal(table.sql()));
  }

  /** The least or greatest key of a column's segments; text stays text, in byte order. */
  private String key(String text, String function) {
    StringBuilder cases = new StringBuilder("CASE");
    for (Column column : columns) {
      column
          .kind()
          .ifPresent(
              kind ->
                  cases
                      .append(" WHEN column_name = ")
                      .append(SqlText.literal(column.name()))
                      .append(" THEN ")
                      .append(
                          kind == SortKey.Kind.TEXT
                              ? bound(function, text)
                              : bound(function, SortKey.sql(kind, column.type(), text))));
    }
    return columns.stream().allMatch(column -> column.kind().isEmpty()) ? "NULL" : cases + " END";
  }

  /** NULL unless each segment that has a value has a key. */
  private static String bound(String function, String key) {
    return " CASE WHEN bool_and((%2$s) IS NOT NULL) THEN CAST(%1$s(%2$s) AS VARCHAR) END"
        .formatted(function, key);
  }

  private Map<String, Zones> zones(List<Group> groups) {
    Map<String, Zones> zones = new HashMap<>();
    for (Column column : columns) {
      column
          .kind()
          .ifPresent(
              kind -> {
                double[] least = new double[groups.size()];
                double[] greatest = new double[groups.size()];
                for (int i = 0; i < groups.size(); i++) {
                  Zone zone = groups.get(i).zones.get(column.name());
                  least[i] = zone == null ? UNKNOWN : parse(kind, zone.least());
                  greatest[i] = zone == null ? UNKNOWN : parse(kind, zone.greatest());
                }
                zones.put(column.name(), new Zones(kind, least, greatest));
              });
    }
    return zones;
  }

  private static double parse(SortKey.Kind kind, Optional<String> value) {
    if (value.isEmpty()) {
      return UNKNOWN;
    }
    String text = value.get();
    if (kind == SortKey.Kind.TEXT) {
      return plain(text) ? SortKey.ofText(text) : UNKNOWN;
    }
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      // 0 / 0 is a NaN with its sign set.
      case "nan", "-nan" -> UNKNOWN;
      default -> Double.parseDouble(text);
    };
  }

  /** Statistics print other characters as escapes, which sort elsewhere. */
  private static boolean plain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\\');
  }

  private TableLayout countedLayout() throws SQLException {
    List<long[]> steps = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT r.rowid // %1$d * %1$d, count(*) FROM %2$s GROUP BY 1 ORDER BY 1 ASC"
                    .formatted(PartitionTarget.ROW_GROUP_ROWS, aliased()))) {
      while (result.next()) {
        steps.add(new long[] {result.getLong(1), result.getLong(2)});
      }
    }
    return new TableLayout(
        steps.stream().mapToLong(step -> step[0]).toArray(),
        steps.stream().mapToLong(step -> step[1]).toArray(),
        false,
        Map.of(),
        layoutColumns());
  }

  private List<TableLayout.Column> layoutColumns() {
    return columns.stream()
        .map(
            c ->
                new TableLayout.Column(c.name(), c.type(), Optional.ofNullable(told.get(c.name()))))
        .toList();
  }

  private record Column(String name, String type, Optional<SortKey.Kind> kind) {}

  private record Extent(long count, long first, long last) {}

  private record Zone(Optional<String> least, Optional<String> greatest) {}

  private static final class Group {
    private long rows;
    private final Map<String, Zone> zones = new HashMap<>();
  }
}

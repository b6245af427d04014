package io.duckherder.plan;

import io.duckherder.layout.TableLayout;
import io.duckherder.layout.TableName;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of a table as a relation. Its columns are renamed inside, so that none hides the rowid.
 *
 * @param table the table
 * @param columns its columns
 * @param added what else a row has: SQL and a name for each
 */
record TableRows(TableName table, List<ResultColumn> columns, List<Added> added) {
  private static final String ROWID = "r.rowid";

  TableRows {
    columns = List.copyOf(columns);
    added = List.copyOf(added);
  }

  private record Added(String sql, String name) {}

  /**
   * A table's rows with what is told of them.
   *
   * @param layout reads its layout
   */
  static TableRows of(
      TableName table,
      DatabaseVersion version,
      List<ResultColumn> columns,
      Set<RowColumn> told,
      Supplier<TableLayout> layout) {
    List<Added> added = new ArrayList<>();
    for (RowColumn column : RowColumn.values()) {
      if (told.contains(column)) {
        added.add(new Added(sql(column, version, layout), column.columnName()));
      }
    }
    return new TableRows(table, columns, added);
  }

  private static String sql(
      RowColumn column, DatabaseVersion version, Supplier<TableLayout> layout) {
    return switch (column) {
      case ROWID -> ROWID;
      case ROW_GROUP -> RowGroupNumber.of(layout.get(), ROWID).orElse("CAST(NULL AS BIGINT)");
      case SNAPSHOT ->
          version instanceof SealedVersion sealed
              ? SqlText.literal(String.valueOf(sealed.number()))
              : "CAST(NULL AS VARCHAR)";
    };
  }

  /** All rows, as what stands after FROM. */
  String all() {
    return added.isEmpty() ? table.sql() : relation("");
  }

  /** Those of a range, as what stands after FROM. */
  String inRange() {
    return relation(
        " WHERE %1$s >= %2$s AND %1$s < %3$s"
            .formatted(
                ROWID, Fragment.value(Fragment.FIRST_ROW), Fragment.value(Fragment.END_ROW)));
  }

  private String relation(String where) {
    List<String> selected = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      selected.add("r.c" + i + " AS " + SqlText.identifier(columns.get(i).name()));
    }
    added.forEach(one -> selected.add(one.sql() + " AS " + SqlText.identifier(one.name())));
    String names =
        IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    return "(SELECT %s FROM %s AS r(%s)%s) AS t"
        .formatted(String.join(", ", selected), table.sql(), names, where);
  }
}

package io.duckherder.plan;

/** What can be told of a table's rows besides their columns. */
public enum RowColumn {
  /** The rowid in the snapshot that is read. */
  ROWID("_rowid", "BIGINT"),
  /** The place of the row's group among the table's, from 0; NULL where rowids do not tell it. */
  ROW_GROUP("_row_group", "BIGINT"),
  /** The number of the snapshot that is read; NULL where the database has no snapshots. */
  SNAPSHOT("_snapshot", "VARCHAR");

  private final String columnName;
  private final String type;

  RowColumn(String columnName, String type) {
    this.columnName = columnName;
    this.type = type;
  }

  /** The name by which a read asks for it, unless the table has a column of that name. */
  public String columnName() {
    return columnName;
  }

  /** Its DuckDB type. */
  public String type() {
    return type;
  }
}

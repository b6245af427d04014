package io.duckherder.tpch;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Writes the rows of one table; closing it hands over the last of them. */
final class TableAppender<E extends TpchEntity> implements AutoCloseable {
  private static final int CENTS = 100;

  private final DuckDBAppender appender;
  private final List<Cell<E>> cells;

  TableAppender(DuckDBConnection connection, TpchTable<E> table) throws SQLException {
    appender = connection.createAppender("main", table.getTableName());
    cells = table.getColumns().stream().map(TableAppender::cell).toList();
  }

  void append(E row) throws SQLException {
    appender.beginRow();
    for (Cell<E> cell : cells) {
      cell.append(appender, row);
    }
    appender.endRow();
  }

  @Override
  public void close() throws SQLException {
    appender.close();
  }

  private static <E extends TpchEntity> Cell<E> cell(TpchColumn<E> column) {
    return switch (column.getType().getBase()) {
      case INTEGER -> (to, row) -> to.append(column.getInteger(row));
      case IDENTIFIER ->
          isSmallKey(column)
              ? (to, row) -> to.append((int) column.getIdentifier(row))
              : (to, row) -> to.append(column.getIdentifier(row));
      case DATE -> (to, row) -> to.appendEpochDays(column.getDate(row));
      case DOUBLE -> (to, row) -> to.appendDecimal(Math.round(column.getDouble(row) * CENTS));
      case VARCHAR -> (to, row) -> to.append(column.getString(row));
    };
  }

  /** Nations and regions are few: their keys are INTEGER. */
  private static boolean isSmallKey(TpchColumn<?> column) {
    return column.getColumnName().endsWith("nationkey")
        || column.getColumnName().endsWith("regionkey");
  }

  /** Writes one column of a row. */
  private interface Cell<E> {
    void append(DuckDBAppender to, E row) throws SQLException;
  }
}

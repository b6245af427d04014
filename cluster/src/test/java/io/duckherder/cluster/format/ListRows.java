package io.duckherder.cluster.format;

import io.duckherder.cluster.client.RowSource;
import java.util.Iterator;
import java.util.List;

/** Rows that a test wrote down. */
final class ListRows implements RowSource {
  private final List<Column> columns;
  private final Iterator<List<Object>> rows;

  ListRows(List<Column> columns, List<List<Object>> rows) {
    this.columns = columns;
    this.rows = rows.iterator();
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public List<Object> next() {
    return rows.hasNext() ? rows.next() : null;
  }

  @Override
  public void close() {}
}

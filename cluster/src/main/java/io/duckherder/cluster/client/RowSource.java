package io.duckherder.cluster.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of Java values, read once by one thread. Closed by the one who opened it. */
public interface RowSource extends AutoCloseable {
  /** The columns, known before the first row. */
  List<Column> columns();

  /** The next row, null after the last. Its values may be null. */
  @Nullable List<@Nullable Object> next();

  @Override
  void close();

  /**
   * A column of a result.
   *
   * @param name its name
   * @param numeric whether people like it aligned to the right
   */
  record Column(String name, boolean numeric) {}
}

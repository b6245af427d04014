package io.duckherder.layout;

import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.SnapshotCache;
import java.sql.Connection;

/** The layouts of tables, each read once per state of its file. Safe for use by many threads. */
public final class LayoutCache {
  private static final int MAXIMUM = 500;

  private final SnapshotCache<Key, TableLayout> layouts = new SnapshotCache<>(MAXIMUM);

  /** The layout of a table, read through the connection if it is not known. */
  public TableLayout layout(Connection connection, DatabaseVersion file, TableName table) {
    return layouts.get(new Key(file, table), () -> LayoutReader.read(connection, table));
  }

  private record Key(DatabaseVersion file, TableName table) {}
}

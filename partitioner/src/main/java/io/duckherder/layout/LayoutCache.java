package io.duckherder.layout;

import io.duckherder.snapshot.DatabaseVersion;
import java.sql.Connection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The layouts of tables, each read once per state of its file. Keeps the most recently used. Safe
 * for use by many threads; two that want the same layout wait for one reading.
 */
public final class LayoutCache {
  private static final int MAXIMUM = 500;

  /** Guarded by itself; in the order of use. */
  private final Map<Key, CompletableFuture<TableLayout>> layouts =
      new LinkedHashMap<>(16, 0.75f, true);

  /** The layout of a table, read through the connection if it is not known. */
  public TableLayout layout(Connection connection, DatabaseVersion file, TableName table) {
    Key key = new Key(file, table);
    CompletableFuture<TableLayout> mine = new CompletableFuture<>();
    CompletableFuture<TableLayout> known;
    synchronized (layouts) {
      known = layouts.putIfAbsent(key, mine);
      evict();
    }
    if (known == null) {
      read(connection, key, mine);
      known = mine;
    }
    try {
      return known.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void read(Connection connection, Key key, CompletableFuture<TableLayout> into) {
    try {
      into.complete(LayoutReader.read(connection, key.table()));
    } catch (RuntimeException | Error e) {
      synchronized (layouts) {
        layouts.remove(key, into);
      }
      into.completeExceptionally(e);
    }
  }

  private void evict() {
    Iterator<Key> oldest = layouts.keySet().iterator();
    while (layouts.size() > MAXIMUM) {
      oldest.next();
      oldest.remove();
    }
  }

  private record Key(DatabaseVersion file, TableName table) {}
}

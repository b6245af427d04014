package io.duckherder.cluster.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A DuckDB MAP, whose keys may be of any type. */
public record MapValue(List<Entry> entries) {
  public MapValue {
    entries = List.copyOf(entries);
  }

  /** One entry; the key is never NULL in DuckDB. */
  public record Entry(@Nullable Object key, @Nullable Object value) {}
}

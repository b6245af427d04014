package io.duckherder.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An immutable state of all databases of a cluster, and what one DuckDB instance of a worker is
 * opened on. The first database is the default one.
 *
 * @param databases name to file, in the order in which the operator gave them
 */
public record Snapshot(@JsonProperty("databases") Map<String, FileIdentity> databases) {
  public Snapshot {
    if (databases.isEmpty()) {
      throw new IllegalArgumentException("A snapshot needs a database");
    }
    databases = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(databases));
  }

  /** The name of the database that unqualified names are looked up in. */
  public String defaultDatabase() {
    return databases.keySet().iterator().next();
  }

  /** The snapshot with one database's file replaced. */
  public Snapshot withDatabase(String name, FileIdentity file) {
    Map<String, FileIdentity> changed = new LinkedHashMap<>(databases);
    changed.put(name, file);
    return new Snapshot(changed);
  }
}

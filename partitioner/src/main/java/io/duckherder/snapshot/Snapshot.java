package io.duckherder.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An immutable state of all databases of a cluster, and what one DuckDB instance of a worker is
 * opened on. The first database is the default one.
 *
 * @param databases name to version, in the order in which the operator gave them
 */
public record Snapshot(@JsonProperty("databases") Map<String, DatabaseVersion> databases) {
  public Snapshot {
    if (databases.isEmpty()) {
      throw new IllegalArgumentException("A snapshot needs a database");
    }
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
  }

  /** The name of the database that unqualified names are looked up in. */
  public String defaultDatabase() {
    return databases.keySet().iterator().next();
  }

  /** The snapshot with one database's version replaced, or a database more. */
  public Snapshot withDatabase(String name, DatabaseVersion version) {
    Map<String, DatabaseVersion> changed = new LinkedHashMap<>(databases);
    changed.put(name, version);
    return new Snapshot(changed);
  }

  /** The databases that are files of somebody else, by name. */
  public Map<String, FileIdentity> files() {
    Map<String, FileIdentity> files = new LinkedHashMap<>();
    databases.forEach(
        (name, version) -> {
          if (version instanceof FileIdentity file) {
            files.put(name, file);
          }
        });
    return files;
  }
}

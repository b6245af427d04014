package io.duckherder.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * A sealed snapshot of a managed database. It names no file: every process finds, or makes, one of
 * its own that holds it.
 *
 * @param database the id that the database was given when it was made, a UUID
 * @param number counts the snapshots of the database from 1
 * @param id tells it from every other snapshot of that number: there is another one after a copy of
 *     the database's files was put back
 */
public record SealedVersion(
    @JsonProperty("database") String database,
    @JsonProperty("number") long number,
    @JsonProperty("id") String id)
    implements DatabaseVersion {
  public SealedVersion {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(id, "id");
    if (number < 1) {
      throw new IllegalArgumentException("Snapshots are counted from 1, not from " + number);
    }
  }

  @Override
  public String toString() {
    return database + "@" + number;
  }
}

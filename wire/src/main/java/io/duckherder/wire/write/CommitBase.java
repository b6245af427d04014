package io.duckherder.wire.write;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.snapshot.Snapshot;

/**
 * The state of a table that a write was worked out on. Its commit is a conflict if the table was
 * written since: rowids may be those of other rows by then.
 *
 * @param snapshot the state of all databases
 * @param table the table's own name
 */
public record CommitBase(
    @JsonProperty("snapshot") Snapshot snapshot, @JsonProperty("table") String table) {}

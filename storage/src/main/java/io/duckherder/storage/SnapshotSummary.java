package io.duckherder.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * What is told of a snapshot.
 *
 * @param number counts the snapshots of the database from 1
 * @param time when its last commit was the last
 * @param name given by a user; a named snapshot is kept
 * @param checkpoint how often the database had been checkpointed
 * @param fileBytes bytes of the database file
 * @param walBytes bytes of its write-ahead log
 * @param layerBytes bytes that were stored to seal it
 */
public record SnapshotSummary(
    @JsonProperty("number") long number,
    @JsonProperty("time") Instant time,
    @JsonProperty("name") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> name,
    @JsonProperty("checkpoint") long checkpoint,
    @JsonProperty("fileBytes") long fileBytes,
    @JsonProperty("walBytes") long walBytes,
    @JsonProperty("layerBytes") long layerBytes) {
  public SnapshotSummary withName(Optional<String> other) {
    return new SnapshotSummary(number, time, other, checkpoint, fileBytes, walBytes, layerBytes);
  }
}

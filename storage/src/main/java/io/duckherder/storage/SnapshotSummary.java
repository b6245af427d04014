package io.duckherder.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What is told of a snapshot.
 *
 * @param number counts the snapshots of the database from 1
 * @param id tells it from every other snapshot of that number: there is another one after a copy of
 *     the database's files was put back
 * @param time when its last commit was the last
 * @param name given by a user; a named snapshot is kept
 * @param checkpoint how often the database had been checkpointed
 * @param fileBytes bytes of the database file
 * @param walBytes bytes of its write-ahead log
 * @param layerBytes bytes that were stored to seal it
 */
public record SnapshotSummary(
    @JsonProperty("number") long number,
    @JsonProperty("id") String id,
    @JsonProperty("time") Instant time,
    @JsonProperty("name") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> name,
    @JsonProperty("checkpoint") long checkpoint,
    @JsonProperty("fileBytes") long fileBytes,
    @JsonProperty("walBytes") long walBytes,
    @JsonProperty("layerBytes") long layerBytes) {
  private static final int ID_DIGITS = 32;

  /** Manifests of old have no ids: what else they say of a snapshot makes one, always the same. */
  public SnapshotSummary {
    id =
        Objects.requireNonNullElseGet(
            id, () -> id(number, time, checkpoint, fileBytes, walBytes, layerBytes));
  }

  private static String id(long number, Instant time, long... others) {
    String said = number + " " + time + " " + Arrays.toString(others);
    ByteBuffer bytes = ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8));
    return Digest.of(bytes).substring(0, ID_DIGITS);
  }

  public SnapshotSummary withName(Optional<String> other) {
    return new SnapshotSummary(
        number, id, time, other, checkpoint, fileBytes, walBytes, layerBytes);
  }
}

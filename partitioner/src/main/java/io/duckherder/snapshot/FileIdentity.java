package io.duckherder.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Which state of a DuckDB file a read is pinned to. Two files with one identity hold the same rows:
 * every checkpoint changes the headers, every commit between checkpoints the write-ahead log, and
 * every copy over the file its modification time.
 *
 * @param path absolute path, as every worker sees it
 * @param size bytes of the file
 * @param modified modification time, milliseconds since 1970
 * @param headers SHA-256 over the file's headers, hex
 * @param walSize bytes of the write-ahead log beside the file, 0 if there is none
 * @param wal SHA-256 over the head and tail of the write-ahead log, hex, empty if there is none
 */
public record FileIdentity(
    @JsonProperty("path") String path,
    @JsonProperty("size") long size,
    @JsonProperty("modified") long modified,
    @JsonProperty("headers") String headers,
    @JsonProperty("walSize") long walSize,
    @JsonProperty("wal") String wal)
    implements DatabaseVersion {
  public FileIdentity {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(wal, "wal");
  }
}

package io.duckherder.wire.replication;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The digests of an external file, by which a copy of it is made. The headers are so long that
 * whole blocks follow.
 *
 * @param headers SHA-256 over the headers, hex
 * @param headerBytes bytes before the first block
 * @param blockBytes bytes of each block
 * @param blocks SHA-256 over each block, one behind the other
 * @param log the parts of its write-ahead log
 */
public record FileDescription(
    @JsonProperty("headers") String headers,
    @JsonProperty("headerBytes") int headerBytes,
    @JsonProperty("blockBytes") int blockBytes,
    @JsonProperty("blocks") byte[] blocks,
    @JsonProperty("log") List<LogPart> log) {
  public FileDescription {
    log = List.copyOf(log);
  }

  /** A part of a write-ahead log, from where the last one ends. */
  public record LogPart(
      @JsonProperty("length") int length, @JsonProperty("digest") String digest) {}
}

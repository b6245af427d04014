package io.duckherder.storage.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.storage.SnapshotContent.Piece;

/**
 * An object with what changed since the layer before it: blocks, headers and log.
 *
 * @param snapshot which snapshot the layers up to this one make, whether it is kept or not
 * @param object the object's name
 * @param bytes the object's bytes
 * @param index where the layer's index is in it
 */
public record Layer(
    @JsonProperty("snapshot") long snapshot,
    @JsonProperty("object") String object,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("index") IndexPlace index) {

  /**
   * Where an index is.
   *
   * @param offset where it begins in the object
   * @param length its bytes
   * @param digest SHA-256 over them, hex
   */
  public record IndexPlace(
      @JsonProperty("offset") long offset,
      @JsonProperty("length") int length,
      @JsonProperty("digest") String digest) {}

  Piece indexPiece() {
    return new Piece(object, index.offset(), index.length(), index.digest());
  }
}

package io.duckherder.wire.write;

/**
 * A write that was begun.
 *
 * @param id names it, in messages too
 * @param key what its tasks show for the right to stage rows: they have no token
 */
public record StagingJob(String id, String key) {
  @Override
  public String toString() {
    return "StagingJob[id=%s, key=***]".formatted(id);
  }
}

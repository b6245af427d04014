package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;

/**
 * Announces a change of a slot, on disk before its first byte: until the next {@link SlotState} is
 * written, the parts that it names and the write-ahead log may hold anything.
 *
 * @param generation of the state that it follows, 0 if there is none
 * @param target the snapshot that the slot is to hold
 * @param bytes of the files when the change is through
 * @param parts of the database file that are in doubt
 */
record SlotChange(long generation, long target, long bytes, BitSet parts) {
  private static final int FIXED_BYTES = 3 * Long.BYTES;

  SlotChange {
    parts = (BitSet) parts.clone();
  }

  @Override
  public BitSet parts() {
    return (BitSet) parts.clone();
  }

  static Optional<SlotChange> load(Path path) throws IOException {
    return DurableFile.load(path)
        .map(
            bytes ->
                new SlotChange(
                    bytes.getLong(), bytes.getLong(), bytes.getLong(), BitSet.valueOf(bytes)));
  }

  void store(Path path) throws IOException {
    byte[] set = parts.toByteArray();
    DurableFile.store(
        path,
        ByteBuffer.allocate(FIXED_BYTES + set.length)
            .putLong(generation)
            .putLong(target)
            .putLong(bytes)
            .put(set)
            .flip());
  }
}

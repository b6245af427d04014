package io.duckherder.storage.manifest;

import io.duckherder.storage.Digest;
import io.duckherder.storage.ObjectStore;
import io.duckherder.storage.SnapshotContent.Piece;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Writes the object of a layer: pieces one behind the other, the index last. Closed without {@link
 * #commit}, it leaves nothing. Owned by one thread.
 */
public final class LayerWriter implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ObjectStore store;
  private final long snapshot;
  private final String object;
  private final ObjectStore.Writing writing;
  private long offset;
  private boolean committed;

  /** Begins the layer that makes a snapshot. No two objects ever have the same name. */
  public LayerWriter(ObjectStore store, long snapshot) {
    byte[] unique = new byte[4];
    RANDOM.nextBytes(unique);
    this.store = store;
    this.snapshot = snapshot;
    this.object = "layer-%08d-%s".formatted(snapshot, HexFormat.of().formatHex(unique));
    this.writing = store.create(object);
  }

  /** Adds a piece whose digest is known. */
  public Piece add(ByteBuffer bytes, String digest) {
    Piece piece = new Piece(object, offset, bytes.remaining(), digest);
    writing.write(bytes);
    offset += piece.length();
    return piece;
  }

  /** Adds a piece. */
  public Piece add(ByteBuffer bytes) {
    return add(bytes, Digest.of(bytes));
  }

  /** Bytes so far. */
  public long bytes() {
    return offset;
  }

  /** Ends the object, which is then there, though no manifest names it yet. */
  public Layer commit(LayerIndex index) {
    Piece place = add(index.encode());
    writing.commit();
    committed = true;
    return new Layer(
        snapshot,
        object,
        offset,
        new Layer.IndexPlace(place.offset(), place.length(), place.digest()));
  }

  @Override
  public void close() {
    writing.close();
    if (!committed) {
      // It may have got its name before its commit failed.
      store.delete(object);
    }
  }
}

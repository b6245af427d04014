package io.duckherder.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A store whose process dies at the n-th change: what was done before it stays, what comes after
 * does not happen.
 */
public final class FailingStore implements ObjectStore {
  private final ObjectStore store;
  private int left;

  public FailingStore(ObjectStore store, int steps) {
    this.store = store;
    this.left = steps;
  }

  /** The process is dead. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void step() {
    if (left-- <= 0) {
      left = 0;
      throw new Crash();
    }
  }

  @Override
  public Writing create(String name) {
    step();
    Writing writing = store.create(name);
    return new Writing() {
      @Override
      public void write(ByteBuffer bytes) {
        step();
        writing.write(bytes);
      }

      @Override
      public void commit() {
        step();
        writing.commit();
        step();
      }

      @Override
      public void close() {
        writing.close();
      }
    };
  }

  @Override
  public void replaceManifest(ByteBuffer content) {
    step();
    store.replaceManifest(content);
    step();
  }

  @Override
  public void delete(String name) {
    step();
    store.delete(name);
  }

  @Override
  public List<String> list() {
    return store.list();
  }

  @Override
  public long size(String name) {
    return store.size(name);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    store.read(name, offset, into);
  }
}

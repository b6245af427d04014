package io.duckherder.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A store that fails at the n-th change: what was done before it stays. As a process that dies it
 * fails from then on, as a disk that is full for a moment it goes on after that.
 */
public final class FailingStore implements ObjectStore {
  private final ObjectStore store;
  private final boolean recovers;
  private final Runnable beforeObject;
  private int left;

  private FailingStore(ObjectStore store, int steps, boolean recovers, Runnable beforeObject) {
    this.store = store;
    this.left = steps;
    this.recovers = recovers;
    this.beforeObject = beforeObject;
  }

  /** Fails after so many changes, and ever after. */
  public static FailingStore dying(ObjectStore store, int steps) {
    return new FailingStore(store, steps, false, () -> {});
  }

  /** Fails when told to. */
  public static FailingStore failingOnce(ObjectStore store) {
    return new FailingStore(store, Integer.MAX_VALUE, true, () -> {});
  }

  /** Fails when told to, and does something before each object that it takes. */
  public static FailingStore calling(ObjectStore store, Runnable beforeObject) {
    return new FailingStore(store, Integer.MAX_VALUE, true, beforeObject);
  }

  /** Lets the change after so many fail. */
  public void failAfter(int steps) {
    left = steps;
  }

  /** The process is dead. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void step() {
    if (left-- <= 0) {
      left = recovers ? Integer.MAX_VALUE : 0;
      throw new Crash();
    }
  }

  @Override
  public Writing create(String name) {
    beforeObject.run();
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

package io.duckherder.snapshot;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What is known of states of databases, each thing read once. Keeps the most recently used. Safe
 * for use by many threads; two that want the same wait for one reading.
 *
 * @param <K> names the state, and what is known of it
 * @param <V> what is known
 */
public final class SnapshotCache<K, V> {
  private final int maximum;

  /** Guarded by itself; in the order of use. */
  private final Map<K, CompletableFuture<V>> values = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An empty cache.
   *
   * @param maximum the most values that it keeps
   */
  public SnapshotCache(int maximum) {
    this.maximum = maximum;
  }

  /** The value of a key, read if it is not known; what fails is read anew the next time. */
  public V get(K key, Supplier<V> read) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> known;
    synchronized (values) {
      known = values.putIfAbsent(key, mine);
      evict();
    }
    if (known == null) {
      return read(key, read, mine);
    }
    try {
      return known.join();
    } catch (CompletionException e) {
      // Who read it may have been cancelled, which is not this one's concern.
      return get(key, read);
    }
  }

  private V read(K key, Supplier<V> read, CompletableFuture<V> into) {
    try {
      V value = read.get();
      into.complete(value);
      return value;
    } catch (RuntimeException | Error e) {
      synchronized (values) {
        values.remove(key, into);
      }
      into.completeExceptionally(e);
      throw e;
    }
  }

  private void evict() {
    Iterator<K> oldest = values.keySet().iterator();
    while (values.size() > maximum) {
      oldest.next();
      oldest.remove();
    }
  }
}

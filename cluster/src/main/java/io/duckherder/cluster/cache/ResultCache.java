package io.duckherder.cluster.cache;

import io.duckherder.wire.BatchStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Answers by what they depend on, bounded by their bytes; the one that was not asked for the
 * longest gives way. Safe for use by many threads. Streams that it gave are closed before it.
 */
public final class ResultCache implements AutoCloseable {
  private final long mostBytes;
  private final long mostResultBytes;
  private final BufferAllocator allocator;

  /** The last used at the end. Guarded by this. */
  private final Map<ResultKey, KeptResult> results = new LinkedHashMap<>(16, 0.75f, true);

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private boolean closed;

  /**
   * An empty cache.
   *
   * @param mostBytes bytes of all answers together
   * @param mostResultBytes bytes of one answer, above which it is not kept
   * @param parent parent of the allocator of the kept rows
   */
  public ResultCache(long mostBytes, long mostResultBytes, BufferAllocator parent) {
    this.mostBytes = mostBytes;
    this.mostResultBytes = Math.min(mostBytes, mostResultBytes);
    this.allocator = parent.newChildAllocator("result-cache", 0, Long.MAX_VALUE);
  }

  /** The schema of an answer that is kept. */
  public synchronized Optional<Schema> schema(ResultKey key) {
    return Optional.ofNullable(results.get(key)).map(KeptResult::schema);
  }

  /** The rows of an answer, if it is still kept. */
  public synchronized Optional<BatchStream> open(ResultKey key) {
    return Optional.ofNullable(results.get(key))
        .filter(KeptResult::retain)
        .map(result -> new KeptStream(result, allocator));
  }

  /** The same rows, which are kept once all were read. */
  public BatchStream keep(ResultKey key, BatchStream rows) {
    return new KeepingStream(rows, allocator, mostResultBytes, result -> add(key, result));
  }

  /** Bytes of all answers that are kept. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Answers that are kept. */
  public synchronized int size() {
    return results.size();
  }

  private void add(ResultKey key, KeptResult result) {
    List<KeptResult> out = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        out.add(result);
      } else {
        KeptResult before = results.put(key, result);
        bytes += result.bytes();
        if (before != null) {
          bytes -= before.bytes();
          out.add(before);
        }
        Iterator<KeptResult> oldest = results.values().iterator();
        while (bytes > mostBytes) {
          KeptResult least = oldest.next();
          oldest.remove();
          bytes -= least.bytes();
          out.add(least);
        }
      }
    }
    out.forEach(KeptResult::release);
  }

  /** Releases all. */
  @Override
  public void close() {
    List<KeptResult> out;
    synchronized (this) {
      closed = true;
      out = List.copyOf(results.values());
      results.clear();
      bytes = 0;
    }
    out.forEach(KeptResult::release);
    allocator.close();
  }
}

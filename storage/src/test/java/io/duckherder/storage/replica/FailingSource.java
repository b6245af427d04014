package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A source that breaks after some bytes, or damages one. */
final class FailingSource implements ObjectSource {
  private final ObjectSource source;
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean damage = new AtomicBoolean();

  FailingSource(ObjectSource source) {
    this.source = source;
  }

  void breakAfter(long bytes) {
    left.set(bytes);
  }

  void damageNext() {
    damage.set(true);
  }

  @Override
  public long size(String name) {
    return source.size(name);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    int start = into.position();
    if (left.getAndAdd(-into.remaining()) <= 0) {
      throw new DuckherderException(StandardErrorCode.STREAM_BROKEN, "The stream broke");
    }
    source.read(name, offset, into);
    if (damage.getAndSet(false)) {
      into.put(start, (byte) (into.get(start) ^ 1));
    }
  }
}

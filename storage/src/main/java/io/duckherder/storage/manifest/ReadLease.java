package io.duckherder.storage.manifest;

import io.duckherder.storage.SnapshotContent;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Somebody's hold on a snapshot: until it is closed, by whoever asked for it, the snapshot stays
 * and its bytes stay where the content says.
 */
public final class ReadLease implements AutoCloseable {
  private final SnapshotContent content;
  private final Runnable release;
  private final AtomicBoolean open = new AtomicBoolean(true);

  ReadLease(SnapshotContent content, Runnable release) {
    this.content = content;
    this.release = release;
  }

  public SnapshotContent content() {
    return content;
  }

  @Override
  public void close() {
    if (open.getAndSet(false)) {
      release.run();
    }
  }
}

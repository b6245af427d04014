package io.duckherder.storage.file;

import java.nio.ByteBuffer;

/** Reads bytes of a file. */
@FunctionalInterface
public interface FileBytes {
  /** Fills a buffer from an offset on. */
  void read(long offset, ByteBuffer into);
}

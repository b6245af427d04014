package io.duckherder.cluster.replication;

import java.nio.ByteBuffer;

/** Reads bytes at an offset. */
@FunctionalInterface
interface ByteReader {
  /** Fills a buffer, or fails. */
  void read(long offset, ByteBuffer into);
}

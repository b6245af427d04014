package io.duckherder.storage;

import java.nio.ByteBuffer;

/**
 * Reads what is kept of the snapshots of one database: a manifest that is replaced as a whole, and
 * objects that never change. In the driver it is a directory, on a worker of another host the
 * driver, over Flight. Safe for use by many threads.
 */
public interface ObjectSource {
  /** The name of the manifest, the one object that is replaced. */
  String MANIFEST = "manifest.json";

  /** Bytes of an object; fails with SNAPSHOT_NOT_FOUND if there is none of that name. */
  long size(String name);

  /** Fills a buffer with the bytes of an object from an offset on, all of them or none. */
  void read(String name, long offset, ByteBuffer into);
}

package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads the pieces of a slot's own file; what is beyond its end reads as zeros. */
record LocalFile(FileChannel channel) implements ObjectSource {
  @Override
  public long size(String name) {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    try {
      int start = into.position();
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position() - start) < 0) {
          into.put(new byte[into.remaining()]);
        }
      }
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot read replica \"%s\": %s".formatted(name, e.getMessage()),
          e);
    }
  }

  /** Writes all bytes of a buffer. */
  void write(long position, ByteBuffer bytes) throws IOException {
    for (long at = position; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }
}

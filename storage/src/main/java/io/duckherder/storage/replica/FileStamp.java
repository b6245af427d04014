package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Tells whether somebody else wrote a file.
 *
 * @param size its bytes, 0 if there is none
 * @param modified when it was written last, in nanoseconds since 1970; 0 if there is none
 */
record FileStamp(long size, long modified) {
  private static final FileStamp NONE = new FileStamp(0, 0);

  static FileStamp of(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(
          attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    } catch (NoSuchFileException e) {
      return NONE;
    }
  }
}

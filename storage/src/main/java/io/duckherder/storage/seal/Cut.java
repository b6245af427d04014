package io.duckherder.storage.seal;

import io.duckherder.storage.file.FileHeaders;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A place between two commits: what the database was when commits were held for an instant. Until
 * the next checkpoint nothing that it covers changes, so it is copied while commits go on.
 *
 * @param time when
 * @param headers the file's headers
 * @param headerBytes the same, as they are
 * @param fileBytes bytes of the file
 * @param walBytes bytes of the log, which end with a commit
 */
public record Cut(
    Instant time, FileHeaders headers, ByteBuffer headerBytes, long fileBytes, long walBytes) {
  public Cut {
    headerBytes = headerBytes.asReadOnlyBuffer();
  }
}

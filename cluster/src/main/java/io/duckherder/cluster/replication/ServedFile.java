package io.duckherder.cluster.replication;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.wire.replication.FileDescription;
import io.duckherder.wire.replication.FileDescription.LogPart;
import io.duckherder.wire.replication.ObjectRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state of an external file, for workers that cannot see it. Whatever is read of it is given
 * only if the file still is the same afterwards.
 *
 * <p>Closing a descriptor drops the locks of this process on the file, so the owner closes this
 * when no DuckDB of the process has the file open. Safe for use by many threads.
 */
final class ServedFile implements AutoCloseable {
  private static final int HEADER_BYTES = 3 * 4096;
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final int LOG_PART_BYTES = 4 << 20;
  private static final int DIGEST_BYTES = 32;

  private final String database;
  private final FileIdentity identity;
  private final FileChannel file;
  private final @Nullable FileChannel log;

  /** Guarded by this. */
  private @Nullable FileDescription description;

  private ServedFile(
      String database, FileIdentity identity, FileChannel file, @Nullable FileChannel log) {
    this.database = database;
    this.identity = identity;
    this.file = file;
    this.log = log;
  }

  static ServedFile open(String database, FileIdentity identity) {
    Path path = Path.of(identity.path());
    try {
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
      FileChannel log =
          identity.walSize() == 0
              ? null
              : FileChannel.open(
                  path.resolveSibling(path.getFileName() + ".wal"), StandardOpenOption.READ);
      return new ServedFile(database, identity, file, log);
    } catch (IOException e) {
      throw unreadable(identity, e);
    }
  }

  FileIdentity identity() {
    return identity;
  }

  /** The digests of all of it, made at the first call. */
  synchronized FileDescription describe() {
    if (description == null) {
      FileDescription made = digest();
      requireUnchanged();
      description = made;
    }
    return description;
  }

  private FileDescription digest() {
    int headerBytes = HEADER_BYTES + (int) ((identity.size() - HEADER_BYTES) % BLOCK_BYTES);
    MessageDigest sha = sha();
    ByteBuffer headers = read(ObjectRange.FILE, 0, ByteBuffer.allocateDirect(headerBytes));
    sha.update(headers.duplicate().limit(HEADER_BYTES));
    if (!HexFormat.of().formatHex(sha.digest()).equals(identity.headers())) {
      throw DatabaseFiles.changed(database, identity.path());
    }
    sha.update(headers);
    String headersDigest = HexFormat.of().formatHex(sha.digest());
    int blocks = (int) ((identity.size() - headerBytes) / BLOCK_BYTES);
    byte[] digests = new byte[blocks * DIGEST_BYTES];
    ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_BYTES);
    for (int block = 0; block < blocks; block++) {
      sha.update(read(ObjectRange.FILE, headerBytes + (long) block * BLOCK_BYTES, buffer.clear()));
      System.arraycopy(sha.digest(), 0, digests, block * DIGEST_BYTES, DIGEST_BYTES);
    }
    return new FileDescription(headersDigest, headerBytes, BLOCK_BYTES, digests, logParts(sha));
  }

  private List<LogPart> logParts(MessageDigest sha) {
    List<LogPart> parts = new ArrayList<>();
    for (long at = 0; at < identity.walSize(); at += LOG_PART_BYTES) {
      int length = (int) Math.min(LOG_PART_BYTES, identity.walSize() - at);
      sha.update(read(ObjectRange.LOG, at, ByteBuffer.allocateDirect(length)));
      parts.add(new LogPart(length, HexFormat.of().formatHex(sha.digest())));
    }
    return parts;
  }

  /** Reads bytes of the file or of its log. */
  void readRange(String object, long offset, ByteBuffer into) {
    read(object, offset, into);
    requireUnchanged();
  }

  /** Fills a buffer and flips it. */
  private ByteBuffer read(String object, long offset, ByteBuffer into) {
    FileChannel channel = object.equals(ObjectRange.LOG) ? log : file;
    if (channel == null) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "Database file \"%s\" has no write-ahead log".formatted(identity.path()));
    }
    try {
      int start = into.position();
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position() - start) < 0) {
          requireUnchanged();
          throw new EOFException("it ends before offset " + (offset + into.position() - start));
        }
      }
      return into.flip();
    } catch (IOException e) {
      throw unreadable(identity, e);
    }
  }

  private void requireUnchanged() {
    if (!DatabaseFiles.unchanged(identity)) {
      throw DatabaseFiles.changed(database, identity.path());
    }
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static DuckherderException unreadable(FileIdentity identity, IOException e) {
    return new DuckherderException(
        StandardErrorCode.FILE_UNREADABLE,
        "Cannot read database file \"%s\" for a worker: %s"
            .formatted(identity.path(), e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try (FileChannel first = file;
        @Nullable FileChannel second = log) {
      // Both are closed, whatever the other says.
    } catch (IOException e) {
      throw unreadable(identity, e);
    }
  }
}

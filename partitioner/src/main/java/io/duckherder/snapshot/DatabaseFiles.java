package io.duckherder.snapshot;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Identifies DuckDB files and names what is wrong with them.
 *
 * <p>Closing any descriptor of a file drops the locks that this process holds on it (POSIX), and
 * DuckDB's with them. So {@link #identify} is for files that no DuckDB of this process has open;
 * for the others there is {@link #unchanged}, which only looks at the directory entry.
 */
public final class DatabaseFiles {
  /** The main header and the two database headers, 4 KiB each. */
  private static final int HEADER_BYTES = 3 * 4096;

  private static final int MAGIC_OFFSET = 8;
  private static final byte[] MAGIC = {'D', 'U', 'C', 'K'};
  private static final int WAL_SAMPLE = 64 * 1024;

  private DatabaseFiles() {}

  /** The identity of a file as it is now. */
  public static FileIdentity identify(Path file) {
    Path path = file.toAbsolutePath().normalize();
    try {
      if (!Files.isRegularFile(path)) {
        throw missing(path, Files.exists(path) ? "it is not a regular file" : "no such file");
      }
      long modified = modified(path);
      byte[] headers = read(path, 0, HEADER_BYTES);
      requireMagic(path, headers);
      Path wal = wal(path);
      long walSize = Files.exists(wal) ? Files.size(wal) : 0;
      return new FileIdentity(
          path.toString(),
          Files.size(path),
          modified,
          digest(headers),
          walSize,
          walSize == 0 ? "" : walDigest(wal, walSize));
    } catch (NoSuchFileException e) {
      throw missing(path, "no such file");
    } catch (AccessDeniedException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot read database file \"%s\": permission denied; make it readable for this user"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.FILE_UNREADABLE,
          "Cannot read database file \"%s\": %s".formatted(path, e.getMessage()),
          e);
    }
  }

  /** Whether a file's directory entry still is the one of an identity. Opens nothing. */
  public static boolean unchanged(FileIdentity identity) {
    Path path = Path.of(identity.path());
    Path wal = wal(path);
    try {
      return Files.size(path) == identity.size()
          && modified(path) == identity.modified()
          && (Files.exists(wal) ? Files.size(wal) : 0) == identity.walSize();
    } catch (IOException e) {
      return false;
    }
  }

  /** The error for a file that is not, or no longer, the one that a query was planned on. */
  public static DuckherderException changed(String database, String path) {
    return new DuckherderException(
        StandardErrorCode.FILE_CHANGED,
        ("Cannot read database \"%1$s\": file \"%2$s\" is not the one that the query was planned"
                + " on; CALL duckherder_refresh('%1$s') takes up the new file, then run the query"
                + " again")
            .formatted(database, path));
  }

  /** The error for a file that DuckDB would not open. */
  public static DuckherderException cannotOpen(String path, SQLException e) {
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("could not set lock") || lower.contains("conflicting lock")) {
      return problem(
          StandardErrorCode.FILE_IN_USE,
          path,
          "another process has it open for writing; close it there and try again",
          e);
    }
    if (lower.contains("version number") || lower.contains("newer version of duckdb")) {
      return problem(
          StandardErrorCode.FILE_TOO_NEW,
          path,
          "it was written by another version of DuckDB than this one reads (DuckDB says: %s)"
              .formatted(firstLine(message)),
          e);
    }
    if (lower.contains("not a valid duckdb")) {
      return problem(StandardErrorCode.NOT_A_DATABASE, path, "it is not a DuckDB database file", e);
    }
    if (lower.contains("permission denied")) {
      return problem(
          StandardErrorCode.FILE_UNREADABLE,
          path,
          "permission denied; make it readable for this user",
          e);
    }
    if (lower.contains("no such file")) {
      return problem(StandardErrorCode.FILE_NOT_FOUND, path, "no such file", e);
    }
    return problem(
        lower.contains("io error") || lower.contains("serialization") || lower.contains("corrupt")
            ? StandardErrorCode.FILE_CORRUPT
            : DuckDBErrors.codeOf(message),
        path,
        firstLine(message),
        e);
  }

  private static DuckherderException problem(
      ErrorCode code, String path, String why, SQLException cause) {
    return new DuckherderException(
        code, "Cannot open database file \"%s\": %s".formatted(path, why), cause);
  }

  private static DuckherderException missing(Path path, String why) {
    return new DuckherderException(
        StandardErrorCode.FILE_NOT_FOUND,
        "Cannot open database file \"%s\": %s; check the path".formatted(path, why));
  }

  private static void requireMagic(Path path, byte[] headers) {
    boolean found = headers.length == HEADER_BYTES;
    for (int i = 0; found && i < MAGIC.length; i++) {
      found = headers[MAGIC_OFFSET + i] == MAGIC[i];
    }
    if (!found) {
      throw new DuckherderException(
          StandardErrorCode.NOT_A_DATABASE,
          "Cannot open database file \"%s\": it is not a DuckDB database file".formatted(path));
    }
  }

  private static long modified(Path path) throws IOException {
    return Files.getLastModifiedTime(path).toMillis();
  }

  private static Path wal(Path path) {
    return path.resolveSibling(path.getFileName() + ".wal");
  }

  /** The log only grows between checkpoints, and its head names the checkpoint. */
  private static String walDigest(Path wal, long size) throws IOException {
    byte[] head = read(wal, 0, WAL_SAMPLE);
    byte[] tail = read(wal, Math.max(0, size - WAL_SAMPLE), WAL_SAMPLE);
    return digest(head, tail);
  }

  private static byte[] read(Path path, long offset, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer buffer =
          ByteBuffer.allocate((int) Math.min(length, Math.max(0, channel.size() - offset)));
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
        // until full or at the end
      }
      byte[] bytes = new byte[buffer.position()];
      buffer.flip().get(bytes);
      return bytes;
    }
  }

  private static String digest(byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha.update(part);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}

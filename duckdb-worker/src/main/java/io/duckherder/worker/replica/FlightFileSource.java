package io.duckherder.worker.replica;

import io.duckherder.snapshot.FileIdentity;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.wire.replication.FileDescription;
import io.duckherder.wire.replication.FileDescription.LogPart;
import io.duckherder.wire.replication.ObjectRange;
import io.duckherder.wire.replication.ReplicationActions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One state of an external file, read from the driver. Its copies are kept like snapshots of a
 * database: all states of a path share slots, so that a file that changed is patched.
 */
record FlightFileSource(DriverCalls driver, FileIdentity file) implements ObjectSource {
  private static final int DIGEST_BYTES = 32;
  private static final int FOLDER_DIGITS = 32;

  /** The number says it all. */
  static final String ID = "";

  /** The folder of the copies. */
  String folder() {
    String digest = HexFormat.of().formatHex(digest(file.path().getBytes(StandardCharsets.UTF_8)));
    return "file-" + digest.substring(0, FOLDER_DIGITS);
  }

  /** Tells this state from all others of the file, by a digest: positive. */
  long number() {
    long number = ByteBuffer.wrap(digest(ReplicationActions.write(file))).getLong();
    return Math.max(1, number & Long.MAX_VALUE);
  }

  /** Where its bytes are; the driver digests all of it when it is asked first. */
  SnapshotContent content() {
    FileDescription description =
        driver.ask(ReplicationActions.FILE, ReplicationActions.write(file), FileDescription.class);
    Piece headers =
        new Piece(ObjectRange.FILE, 0, description.headerBytes(), description.headers());
    List<Piece> blocks = new ArrayList<>();
    byte[] digests = description.blocks();
    for (int at = 0; at < digests.length; at += DIGEST_BYTES) {
      blocks.add(
          new Piece(
              ObjectRange.FILE,
              description.headerBytes() + (long) blocks.size() * description.blockBytes(),
              description.blockBytes(),
              HexFormat.of().formatHex(digests, at, at + DIGEST_BYTES)));
    }
    List<Piece> log = new ArrayList<>();
    long position = 0;
    for (LogPart part : description.log()) {
      log.add(new Piece(ObjectRange.LOG, position, part.length(), part.digest()));
      position += part.length();
    }
    return new SnapshotContent(number(), ID, description.blockBytes(), headers, blocks, log);
  }

  @Override
  public long size(String name) {
    return name.equals(ObjectRange.LOG) ? file.walSize() : file.size();
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    driver.read(ObjectRange.ofFile(file, name, offset, into.remaining()), into);
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}

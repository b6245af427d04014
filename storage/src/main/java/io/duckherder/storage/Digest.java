package io.duckherder.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over what is stored. DuckDB's own checksum of a block does not notice words that change
 * places, and so can neither find changes nor vouch for a copy.
 */
public final class Digest {
  /** Bytes of a digest. */
  public static final int BYTES = 32;

  private Digest() {}

  /** The digest over what remains of a buffer, hex; the buffer's position stays. */
  public static String of(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}

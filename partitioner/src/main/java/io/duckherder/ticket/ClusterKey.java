package io.duckherder.ticket;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that signs tickets, derived from the cluster's secret by HKDF (RFC 5869, HMAC-SHA256). It
 * never leaves the process; driver and workers each derive it from the token file.
 */
public final class ClusterKey {
  static final int SIGNATURE_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private ClusterKey(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** The key that belongs to a secret. */
  public static ClusterKey derive(String secret) {
    byte[] salt = "duckherder".getBytes(StandardCharsets.UTF_8);
    byte[] extracted =
        hmac(new SecretKeySpec(salt, ALGORITHM), secret.getBytes(StandardCharsets.UTF_8));
    byte[] info = "ticket signing key 1\u0001".getBytes(StandardCharsets.UTF_8);
    return new ClusterKey(hmac(new SecretKeySpec(extracted, ALGORITHM), info));
  }

  byte[] sign(byte[] payload) {
    return hmac(key, payload);
  }

  boolean verifies(byte[] payload, byte[] signature) {
    return MessageDigest.isEqual(sign(payload), signature);
  }

  private static byte[] hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
    }
  }
}

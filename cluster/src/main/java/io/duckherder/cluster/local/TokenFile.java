package io.duckherder.cluster.local;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a secret on its first line. */
public final class TokenFile {
  private static final int SHORTEST = 16;

  private TokenFile() {}

  /** The secret in a file. */
  public static String read(Path file) {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read the token file %s (%s); make one with: openssl rand -hex 32 > %s"
              .formatted(file, Files.exists(file) ? "no permission" : "no such file", file),
          e);
    }
    if (token.length() < SHORTEST || token.contains("\n")) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "The token file %s must hold one line of at least %d characters; make one with: openssl rand -hex 32 > %s"
              .formatted(file, SHORTEST, file));
    }
    return token;
  }
}

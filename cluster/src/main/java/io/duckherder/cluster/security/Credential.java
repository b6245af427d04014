package io.duckherder.cluster.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code authorization} header presents. Basic gives a user and the token as the password;
 * the bearer header that answers it holds both, so that later calls still name the user.
 *
 * @param token what is to be compared with the cluster's; absent if there is none
 * @param user the name that the client gave
 * @param answer the header to be sent back
 */
record Credential(@Nullable String token, Optional<String> user, Optional<String> answer) {
  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";
  private static final String WITH_USER = "duckherder-user:";
  private static final Credential NONE = new Credential(null, Optional.empty(), Optional.empty());

  /** Reads a header. */
  static Credential of(@Nullable String header) {
    if (header == null) {
      return NONE;
    }
    if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return bearer(header.substring(BEARER.length()).strip());
    }
    if (header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return basic(header.substring(BASIC.length()).strip());
    }
    return NONE;
  }

  private static Credential bearer(String value) {
    int colon = value.startsWith(WITH_USER) ? value.indexOf(':', WITH_USER.length()) : -1;
    if (colon < 0) {
      return new Credential(value, Optional.empty(), Optional.empty());
    }
    Optional<String> user = decoded(value.substring(WITH_USER.length(), colon));
    return new Credential(value.substring(colon + 1), user, Optional.empty());
  }

  private static Credential basic(String encoded) {
    Optional<String> pair = decoded(encoded);
    int colon = pair.orElse("").indexOf(':');
    if (colon < 0) {
      return NONE;
    }
    String user = pair.orElse("").substring(0, colon);
    String token = pair.orElse("").substring(colon + 1);
    if (user.isEmpty()) {
      return new Credential(token, Optional.empty(), Optional.of(BEARER + token));
    }
    String name = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return new Credential(
        token, Optional.of(user), Optional.of(BEARER + WITH_USER + name + ":" + token));
  }

  private static Optional<String> decoded(String encoded) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

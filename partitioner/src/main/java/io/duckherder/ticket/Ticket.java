package io.duckherder.ticket;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.plan.Fragment;
import java.time.Instant;

/**
 * The wire form of a fragment: what a worker runs once it has checked the signature.
 *
 * @param fragment what to run
 * @param expiresAt milliseconds since 1970 after which a worker refuses to start it
 */
public record Ticket(
    @JsonProperty("fragment") Fragment fragment, @JsonProperty("expiresAt") long expiresAt) {

  /** A ticket for a fragment that may be started until an instant. */
  public static Ticket until(Instant expiry, Fragment fragment) {
    return new Ticket(fragment, expiry.toEpochMilli());
  }
}

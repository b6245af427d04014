package io.duckherder.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TestTicketCodec {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final Fragment FRAGMENT =
      new Fragment(
          "q-1",
          3,
          new Snapshot(Map.of("db", new FileIdentity("/d/x.duckdb", 1, 2, "ab", 3, "cd")))
              .withDatabase("sales", new SealedVersion("5f8e", 7, "a1c4")),
          SessionSettings.DEFAULT.withSetting("TimeZone", "UTC").withVariable("v", "1 + 1"),
          "SELECT 'ü'",
          Optional.of(new RowRange(5, Long.MAX_VALUE)),
          true);

  @Test
  void givesBackWhatItSealed() {
    TicketCodec codec = codec("secret", NOW);
    assertThat(codec.open(codec.seal(FRAGMENT, MINUTE))).isEqualTo(FRAGMENT);
  }

  @Test
  void noticesEveryChangedByte() {
    TicketCodec codec = codec("secret", NOW);
    byte[] ticket = codec.seal(FRAGMENT, MINUTE);
    for (int i = 0; i < ticket.length; i++) {
      byte[] changed = ticket.clone();
      changed[i] ^= 1;
      assertRejected(() -> codec.open(changed), StandardErrorCode.TICKET_REJECTED);
    }
  }

  @Test
  void refusesTheTicketsOfAnotherSecretAndOldOnes() {
    byte[] ticket = codec("secret", NOW).seal(FRAGMENT, MINUTE);
    assertRejected(() -> codec("other", NOW).open(ticket), StandardErrorCode.TICKET_REJECTED);
    assertThat(codec("secret", NOW.plus(MINUTE)).open(ticket)).isEqualTo(FRAGMENT);
    assertRejected(
        () -> codec("secret", NOW.plus(MINUTE).plusMillis(1)).open(ticket),
        StandardErrorCode.TICKET_EXPIRED);
  }

  private static TicketCodec codec(String secret, Instant now) {
    return new TicketCodec(ClusterKey.derive(secret), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static void assertRejected(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, StandardErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}

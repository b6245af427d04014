package io.duckherder.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.WorkerHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.Location;
import org.junit.jupiter.api.Test;

final class TestMembership {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final TestingClock clock = new TestingClock();
  private final InMemoryProbe reachable = new InMemoryProbe();
  private final Membership membership = new Membership(clock, TIMEOUT, "1.0", reachable);

  private static final class TestingClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private static final class InMemoryProbe implements WorkerProbe {
    private final Map<String, String> ids = new HashMap<>();

    @Override
    public WorkerHealth health(Location location) {
      String address = FlightClients.address(location);
      String id = ids.get(address);
      if (id == null) {
        throw new DuckherderException(StandardErrorCode.UNREACHABLE, "Nothing at " + address);
      }
      return new WorkerHealth(id, "1.0", 1, 0, 0, false);
    }
  }

  private WorkerRegistration worker(String id, String incarnation, String address) {
    reachable.ids.put(address, id);
    return new WorkerRegistration(id, incarnation, address, 2, "1.0");
  }

  private static void assertRefused(Runnable work, StandardErrorCode code, String... messageParts) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.text()).contains(messageParts);
            });
  }

  @Test
  void aWorkerIsInUntilItIsSilent() {
    membership.register(worker("w1", "a", "h1:1"));
    assertThat(membership.slots()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(9));
    assertThat(membership.heartbeat("w1", "a")).isTrue();
    clock.advance(Duration.ofSeconds(9));
    assertThat(membership.live()).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(membership.live()).isEmpty();
    assertThat(membership.heartbeat("w1", "a")).isFalse();
  }

  @Test
  void aWorkerThatLeavesIsOut() {
    membership.register(worker("w1", "a", "h1:1"));
    membership.leave("w1", "other");
    assertThat(membership.live()).hasSize(1);
    membership.leave("w1", "a");
    assertThat(membership.live()).isEmpty();
  }

  @Test
  void anAddressThatCannotBeReachedIsNamed() {
    WorkerRegistration registration = new WorkerRegistration("w1", "a", "nowhere:7", 2, "1.0");
    assertRefused(
        () -> membership.register(registration), StandardErrorCode.UNREACHABLE, "nowhere:7");
    WorkerRegistration crossed = worker("w2", "b", "h:1");
    reachable.ids.put("h:1", "w9");
    assertRefused(
        () -> membership.register(crossed), StandardErrorCode.UNREACHABLE, "h:1", "\"w9\"");
    assertThat(membership.live()).isEmpty();
  }

  @Test
  void aSecondWorkerOfOneNameIsRefusedWhileTheFirstLives() {
    membership.register(worker("w1", "a", "h1:1"));
    assertRefused(
        () -> membership.register(worker("w1", "b", "h2:1")),
        StandardErrorCode.INVALID_OPTION,
        "h1:1",
        "h2:1");
    reachable.ids.remove("h1:1");
    membership.register(worker("w1", "b", "h2:1"));
    assertThat(membership.live().get(0).registration().address()).isEqualTo("h2:1");
    assertThat(membership.heartbeat("w1", "a")).isFalse();
  }

  @Test
  void anotherVersionIsRefused() {
    reachable.ids.put("h:1", "w1");
    assertRefused(
        () -> membership.register(new WorkerRegistration("w1", "a", "h:1", 1, "0.9")),
        StandardErrorCode.UNSUPPORTED,
        "0.9",
        "1.0");
  }

  @Test
  void theLeastLoadedComesFirstAndTheSuspectedLast() {
    membership.register(worker("w1", "a", "h1:1"));
    membership.register(worker("w2", "b", "h2:1"));
    membership.register(worker("w3", "c", "h3:1"));
    Worker first = membership.live().get(0);
    first.started();
    assertThat(membership.live()).last().isSameAs(first);
    Worker second = membership.live().get(0);
    second.suspect();
    assertThat(membership.live()).last().isSameAs(second);
    membership.heartbeat(second.id(), second.registration().incarnation());
    assertThat(membership.live()).last().isSameAs(first);
    first.ended();
    assertThat(first.running()).isZero();
  }
}

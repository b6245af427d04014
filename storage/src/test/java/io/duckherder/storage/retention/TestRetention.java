package io.duckherder.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.SnapshotSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TestRetention {
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

  @Test
  void keepsTheYoungTheNewestAndTheNamed() {
    List<SnapshotSummary> all =
        List.of(
            snapshot(1, 90),
            snapshot(2, 80).withName(Optional.of("release")),
            snapshot(3, 70),
            snapshot(4, 20),
            snapshot(5, 5));
    assertThat(numbers(new Retention(Duration.ofSeconds(60), 1).expired(all, NOW)))
        .containsExactly(1L, 3L);
    assertThat(numbers(new Retention(Duration.ZERO, 0).expired(all, NOW)))
        .containsExactly(1L, 3L, 4L);
    assertThat(numbers(new Retention(Duration.ZERO, 4).expired(all, NOW))).containsExactly(1L);
    assertThat(new Retention(Duration.ofDays(1), 0).expired(all, NOW)).isEmpty();
  }

  private static List<Long> numbers(List<SnapshotSummary> snapshots) {
    return snapshots.stream().map(SnapshotSummary::number).toList();
  }

  private static SnapshotSummary snapshot(long number, long age) {
    return new SnapshotSummary(
        number, "id", NOW.minusSeconds(age), Optional.empty(), number, 1, 0, 1);
  }
}

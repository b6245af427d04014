package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestStragglerRule {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final StragglerRule rule = StragglerRule.DEFAULT;

  @Test
  void nothingIsSlowBeforeHalfOfTheTasksAreDone() {
    assertThat(rule.limit(1, List.of())).isEqualTo(Long.MAX_VALUE);
    assertThat(rule.limit(5, List.of(SECOND, SECOND))).isEqualTo(Long.MAX_VALUE);
    assertThat(rule.limit(4, List.of(SECOND, SECOND))).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void slowIsTwiceTheMedianAndNeverLessThanASecond() {
    assertThat(rule.limit(4, List.of(7 * SECOND, SECOND, 3 * SECOND))).isEqualTo(6 * SECOND);
    assertThat(rule.limit(4, List.of(10L, 20L, 30L))).isEqualTo(SECOND);
  }
}

package io.duckherder.cluster.schedule;

import java.time.Duration;
import java.util.List;

/**
 * When a task is so much slower than its peers that it is run a second time.
 *
 * @param least no run is too slow before that
 * @param factor how many times the median of the runs that are done
 */
record StragglerRule(Duration least, double factor) {
  static final StragglerRule DEFAULT = new StragglerRule(Duration.ofSeconds(1), 2);

  /**
   * Nanoseconds after which a run is too slow: never while less than half of the tasks are done.
   *
   * @param tasks tasks of the stage
   * @param done how long the runs took that are done
   */
  long limit(int tasks, List<Long> done) {
    if (done.isEmpty() || done.size() * 2 < tasks) {
      return Long.MAX_VALUE;
    }
    long median = done.stream().sorted().skip(done.size() / 2).findFirst().orElse(0L);
    return Math.max(least.toNanos(), (long) (median * factor));
  }
}

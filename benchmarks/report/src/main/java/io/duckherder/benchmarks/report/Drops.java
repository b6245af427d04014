package io.duckherder.benchmarks.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which ratios of a recording are worse than those of an earlier one. Times are not compared: of
 * another day or machine they say nothing.
 */
final class Drops {
  private Drops() {}

  /**
   * A sentence for each ratio that lost more than a share of itself.
   *
   * @param share as in 0.15
   */
  static List<String> of(Recording before, Recording now, double share) {
    Map<String, Ratio> earlier = new HashMap<>();
    before
        .groups()
        .forEach(group -> group.ratios().forEach(ratio -> earlier.put(key(group, ratio), ratio)));
    List<String> drops = new ArrayList<>();
    for (MeasuredGroup group : now.groups()) {
      for (Ratio ratio : group.ratios()) {
        Ratio old = earlier.get(key(group, ratio));
        if (old != null && ratio.lossSince(old) > share) {
          drops.add(
              String.format(
                  Locale.ROOT,
                  "%s: %s was %.2f on %s and is %.2f, %.0f percent worse",
                  group.title(),
                  ratio.name(),
                  old.value(),
                  before.recorded(),
                  ratio.value(),
                  100 * ratio.lossSince(old)));
        }
      }
    }
    return drops;
  }

  private static String key(MeasuredGroup group, Ratio ratio) {
    return group.id() + "/" + ratio.name();
  }
}

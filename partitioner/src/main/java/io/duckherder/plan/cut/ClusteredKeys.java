package io.duckherder.plan.cut;

import io.duckherder.layout.TableLayout;
import io.duckherder.layout.Zones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds values of an integer column that divide a table whose rows are stored in about the order of
 * that column: a range between two of them lies in few row groups, and the others are not read.
 */
final class ClusteredKeys {
  /** Beyond this, doubles do not tell integers apart. */
  private static final double MOST = 1L << 53;

  /** How many times over the row groups may be read by all ranges together. */
  private static final double OVERLAP = 2;

  private static final int MOST_PROBES = 16;

  private ClusteredKeys() {}

  static Optional<List<Long>> boundaries(TableLayout layout, int column, int ranges) {
    Optional<Zones> zones = layout.zonesOfInteger(column);
    if (zones.isEmpty()) {
      return Optional.empty();
    }
    double[] least = zones.get().least();
    double[] greatest = zones.get().greatest();
    int groups = layout.rowGroups();
    if (groups < ranges) {
      return Optional.empty();
    }
    for (int i = 0; i < groups; i++) {
      if (!isExact(least[i]) || !isExact(greatest[i])) {
        return Optional.empty();
      }
    }
    // Few ranges overlap little even where keys lie anywhere: many tell.
    int probes = Math.max(ranges, Math.min(MOST_PROBES, groups));
    List<Long> probed = cut(layout, least, probes);
    if (probed.size() < probes / 2 || overlap(probed, least, greatest) > OVERLAP) {
      return Optional.empty();
    }
    List<Long> boundaries = cut(layout, least, ranges);
    return boundaries.size() == ranges - 1 ? Optional.of(boundaries) : Optional.empty();
  }

  /** Whether a double is the whole number that it stands for, and no other. */
  static boolean isExact(double value) {
    return Math.abs(value) < MOST;
  }

  /** The least values of the groups at which an equal share of the rows is reached. */
  private static List<Long> cut(TableLayout layout, double[] least, int ranges) {
    Integer[] byLeast = new Integer[least.length];
    Arrays.setAll(byLeast, i -> i);
    Arrays.sort(byLeast, java.util.Comparator.comparingDouble(i -> least[i]));
    long total = layout.totalRows();
    List<Long> boundaries = new ArrayList<>();
    long seen = 0;
    for (int group : byLeast) {
      long value = (long) least[group];
      boolean due = seen * ranges >= total * (boundaries.size() + 1L);
      boolean isNew = boundaries.isEmpty() || boundaries.get(boundaries.size() - 1) < value;
      if (due && isNew && boundaries.size() < ranges - 1) {
        boundaries.add(value);
      }
      seen += layout.rows()[group];
    }
    return boundaries;
  }

  /** Row groups that the ranges read, over the row groups that there are. */
  private static double overlap(List<Long> boundaries, double[] least, double[] greatest) {
    long reads = 0;
    for (int i = 0; i < least.length; i++) {
      reads++;
      for (long boundary : boundaries) {
        if (least[i] < boundary && greatest[i] >= boundary) {
          reads++;
        }
      }
    }
    return (double) reads / least.length;
  }
}

package io.duckherder.layout;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Cuts a table into rowid ranges of like size.
 *
 * <p>The ranges tile: the first starts at 0, each starts where the one before ended, the last is
 * open. So every rowid lies in exactly one, whatever the layout got wrong; that ranges begin at row
 * groups only saves work. Ranges are left out only where exact zones prove that no row matches.
 */
public final class PartitionCutter {
  private PartitionCutter() {}

  /** Ranges that tile all rowids. */
  public static List<RowRange> cut(TableLayout layout, PartitionTarget target) {
    BitSet all = new BitSet(layout.rowGroups());
    all.set(0, layout.rowGroups());
    return cut(layout, target, all);
  }

  /**
   * Ranges that cover the row groups that may match, and no more groups than lie between those.
   *
   * @param matching the groups that may match; all of them unless the layout is exact
   */
  public static List<RowRange> cut(TableLayout layout, PartitionTarget target, BitSet matching) {
    int groups = layout.rowGroups();
    if (groups == 0) {
      return List.of(RowRange.ALL);
    }
    if (matching.isEmpty()) {
      return List.of();
    }
    long rows = matching.stream().mapToLong(group -> layout.rows()[group]).sum();
    long wanted = partitions(rows, target);
    boolean all = matching.cardinality() == groups;
    if (all && wanted > groups && target.partitions().isPresent()) {
      return cutWithinGroups(layout, wanted);
    }
    List<RowRange> ranges = new ArrayList<>();
    int first = matching.nextSetBit(0);
    long seen = 0;
    for (int group = first; group >= 0; group = matching.nextSetBit(group + 1)) {
      seen += layout.rows()[group];
      int next = matching.nextSetBit(group + 1);
      // The cut nearest to an equal share of the rows, and always one at the end.
      if (next < 0 || seen * wanted >= rows * (ranges.size() + 1L)) {
        ranges.add(range(layout, first, group));
        first = next;
      }
    }
    return all ? tiled(ranges) : ranges;
  }

  private static long partitions(long rows, PartitionTarget target) {
    if (target.partitions().isPresent()) {
      return target.partitions().getAsInt();
    }
    long share = rows / (2L * target.slots());
    long size = Math.max(target.minimumRows(), Math.min(target.maximumRows(), share));
    return Math.max(1, Math.round((double) rows / size));
  }

  /** More partitions than groups: equal steps over the rowids, a few of which may be empty. */
  private static List<RowRange> cutWithinGroups(TableLayout layout, long wanted) {
    int last = layout.rowGroups() - 1;
    long end = layout.starts()[last] + Math.max(1, layout.rows()[last]);
    long count = Math.min(wanted, end);
    List<RowRange> ranges = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      ranges.add(
          new RowRange(
              Math.multiplyExact(end, i) / count,
              i == count - 1 ? Long.MAX_VALUE : Math.multiplyExact(end, i + 1) / count));
    }
    return ranges;
  }

  private static RowRange range(TableLayout layout, int first, int last) {
    boolean end = last == layout.rowGroups() - 1;
    return new RowRange(
        first == 0 ? 0 : layout.starts()[first], end ? Long.MAX_VALUE : layout.starts()[last + 1]);
  }

  /** Ranges of neighbouring groups, each made to start where the one before ends. */
  private static List<RowRange> tiled(List<RowRange> ranges) {
    List<RowRange> tiled = new ArrayList<>(ranges.size());
    long next = 0;
    for (int i = 0; i < ranges.size(); i++) {
      long to = i == ranges.size() - 1 ? Long.MAX_VALUE : ranges.get(i).to();
      tiled.add(new RowRange(next, to));
      next = to;
    }
    return tiled;
  }
}

package io.duckherder.benchmarks.inner;

import io.duckherder.layout.PartitionCutter;
import io.duckherder.layout.PartitionTarget;
import io.duckherder.layout.RowRange;
import io.duckherder.layout.TableLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Cuts a table of 10,000 row groups, 1.2 billion rows, into partitions. */
@State(Scope.Benchmark)
public class PartitionCuts {
  private static final int GROUPS = 10_000;

  private final PartitionTarget target = PartitionTarget.forSlots(64);
  private final TableLayout layout = layout();
  private final BitSet everyThird = everyThird();

  private static TableLayout layout() {
    long[] starts = new long[GROUPS];
    long[] rows = new long[GROUPS];
    Arrays.setAll(starts, group -> group * PartitionTarget.ROW_GROUP_ROWS);
    Arrays.fill(rows, PartitionTarget.ROW_GROUP_ROWS);
    return new TableLayout(starts, rows, true, Map.of());
  }

  private static BitSet everyThird() {
    BitSet groups = new BitSet(GROUPS);
    for (int group = 0; group < GROUPS; group += 3) {
      groups.set(group);
    }
    return groups;
  }

  /** All row groups. */
  @Benchmark
  public List<RowRange> all() {
    return PartitionCutter.cut(layout, target);
  }

  /** A third of them, as a filter leaves them. */
  @Benchmark
  public List<RowRange> third() {
    return PartitionCutter.cut(layout, target, everyThird);
  }
}

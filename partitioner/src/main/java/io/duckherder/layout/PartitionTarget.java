package io.duckherder.layout;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalInt;

/**
 * What partitions to aim for. By default a partition holds the rows of 4 to 16 full row groups, and
 * a table large enough gives two partitions to each slot.
 *
 * @param slots fragments that can run at the same time
 * @param minimumRows rows below which a partition is not worth its overhead
 * @param maximumRows rows above which a partition is cut
 * @param partitions the number of partitions that the user asked for, if any
 */
public record PartitionTarget(
    @JsonProperty("slots") int slots,
    @JsonProperty("minimumRows") long minimumRows,
    @JsonProperty("maximumRows") long maximumRows,
    @JsonProperty("partitions") OptionalInt partitions) {
  /** Rows of a full row group, unless the file says otherwise. */
  public static final long ROW_GROUP_ROWS = 122_880;

  public PartitionTarget {
    if (slots < 1 || minimumRows < 1 || maximumRows < minimumRows) {
      throw new IllegalArgumentException("Slots and rows are positive, minimum before maximum");
    }
    if (partitions.isPresent() && partitions.getAsInt() < 1) {
      throw new IllegalArgumentException("The number of partitions is positive");
    }
  }

  /** The default target for a number of slots. */
  public static PartitionTarget forSlots(int slots) {
    return new PartitionTarget(slots, 4 * ROW_GROUP_ROWS, 16 * ROW_GROUP_ROWS, OptionalInt.empty());
  }

  /** This target with a number of partitions asked for. */
  public PartitionTarget withPartitions(int count) {
    return new PartitionTarget(slots, minimumRows, maximumRows, OptionalInt.of(count));
  }

  /** This target for another number of slots. */
  public PartitionTarget withSlots(int count) {
    return new PartitionTarget(count, minimumRows, maximumRows, partitions);
  }

  /** This target with other bounds; the least number of rows is no more than the most. */
  public PartitionTarget withRows(long least, long most) {
    return new PartitionTarget(slots, Math.min(least, most), most, partitions);
  }
}

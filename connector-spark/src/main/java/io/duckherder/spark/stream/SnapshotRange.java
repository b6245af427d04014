package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.OptionalLong;

/**
 * Two snapshots, of which the second holds what is asked for and the first does not.
 *
 * @param earlier the first; 0 for nothing
 * @param snapshot the second
 */
public record SnapshotRange(long earlier, long snapshot) {

  public SnapshotRange {
    if (snapshot == 0) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot tell the changes up to a time before the first snapshot");
    }
    if (snapshot < earlier) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot tell the changes from snapshot %d to %d: the second is older"
              .formatted(earlier, snapshot));
    }
  }

  /** The number of a snapshot that is kept, by its number or its name. */
  public static long find(VersionedTable table, String version) {
    return one(
            table,
            "(CAST(number AS VARCHAR) = %1$s OR name = %1$s) ORDER BY CAST(number AS VARCHAR) = %1$s DESC"
                .formatted(SqlText.literal(version)))
        .orElseThrow(() -> notKept(table, "with number or name \"" + version + "\""));
  }

  /** The snapshot right before one; 0 before the first. */
  public static long before(VersionedTable table, long snapshot) {
    if (snapshot == 1) {
      return 0;
    }
    return one(table, "number = " + (snapshot - 1))
        .orElseThrow(
            () -> notKept(table, "%d, which is right before %d".formatted(snapshot - 1, snapshot)));
  }

  /**
   * The newest snapshot that is older than a time; 0 before the first.
   *
   * @param inclusive whether it may be just as old
   */
  public static long asOf(VersionedTable table, long micros, boolean inclusive) {
    String older =
        "epoch_us(\"time\") %s %d ORDER BY number DESC".formatted(inclusive ? "<=" : "<", micros);
    OptionalLong found = one(table, older);
    if (found.isPresent()) {
      return found.getAsLong();
    }
    if (one(table, "number = 1").isPresent()) {
      return 0;
    }
    throw notKept(table, "of that time");
  }

  /** When a snapshot was made. */
  public static long micros(VersionedTable table, long snapshot) {
    List<List<String>> rows =
        table.rows(
            "SELECT epoch_us(\"time\") FROM duckherder_snapshots() WHERE database = %s AND number = %d"
                .formatted(SqlText.literal(table.database()), snapshot));
    if (rows.isEmpty()) {
      throw notKept(table, String.valueOf(snapshot));
    }
    return Long.parseLong(rows.get(0).get(0));
  }

  private static OptionalLong one(VersionedTable table, String condition) {
    return table
        .rows(
            "SELECT number FROM duckherder_snapshots() WHERE database = %s AND %s LIMIT 1"
                .formatted(SqlText.literal(table.database()), condition))
        .stream()
        .mapToLong(row -> Long.parseLong(row.get(0)))
        .findFirst();
  }

  private static DuckherderException notKept(VersionedTable table, String which) {
    return new DuckherderException(
        StandardErrorCode.SNAPSHOT_NOT_FOUND,
        "Cannot tell the changes of %s: the snapshot %s is not kept; FROM duckherder_snapshots() lists those that are, and a range can begin behind a snapshot, EXCLUSIVE"
            .formatted(table.table().sql(), which));
  }
}

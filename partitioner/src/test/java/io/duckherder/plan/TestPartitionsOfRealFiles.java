package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.layout.RowRange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ranges of a table cover each row once, whatever happened to the file. */
final class TestPartitionsOfRealFiles {
  private static final String LOAD =
      "CREATE TABLE t AS SELECT i, i % 7 AS k, 'x' || i AS s FROM range(500000) r(i)";

  @TempDir Path folder;

  @Test
  void tilesAFreshTable() {
    check(4, LOAD);
  }

  @Test
  void tilesAfterDeletes() {
    check(2, LOAD, "DELETE FROM t WHERE i % 3 = 0 OR i BETWEEN 130000 AND 250000");
  }

  @Test
  void tilesAfterDeletesOfWholeRowGroupsAndACheckpoint() {
    check(2, LOAD, "DELETE FROM t WHERE i < 260000 AND i > 3", "CHECKPOINT");
    // Deleting on either side leaves a gap in the rowids.
  }

  @Test
  void tilesWhenTheFirstRowGroupsAreGone() {
    check(2, LOAD, "CHECKPOINT", "DELETE FROM t WHERE i < 300000", "CHECKPOINT");
  }

  @Test
  void tilesShortRowGroups() {
    check(
        3,
        "CREATE TABLE t (i BIGINT, k BIGINT, s VARCHAR)",
        "INSERT INTO t SELECT i, 1, 'a' FROM range(1000) r(i)",
        "CHECKPOINT",
        "INSERT INTO t SELECT i, 2, 'b' FROM range(200000) r(i)",
        "CHECKPOINT",
        "INSERT INTO t SELECT i, 3, 'c' FROM range(130000) r(i)");
  }

  @Test
  void tilesAParallelLoad() {
    check(
        4,
        "SET threads = 8",
        "CREATE TABLE source AS SELECT i, i % 7 AS k, 'x' || i AS s FROM range(1500000) r(i)",
        "SET preserve_insertion_order = false",
        "CREATE TABLE t AS SELECT * FROM source WHERE i % 2 = 0 OR k = 3");
  }

  @Test
  void tilesAfterUpdates() {
    check(4, LOAD, "UPDATE t SET i = i + 1000000 WHERE k = 2", "UPDATE t SET s = NULL WHERE k = 1");
    // not checkpointed: the update segments are in the log
  }

  @Test
  void tilesAnEmptyTableAndOneRow() {
    check(1, "CREATE TABLE t (i BIGINT, k BIGINT, s VARCHAR)");
    try (PlannedDatabase database =
        PlannedDatabase.create(folder.resolve("one.duckdb"), "CREATE TABLE t AS SELECT 1 AS i")) {
      assertThat(database.rows(database.query(PlannedDatabase.FINE, "FROM t")))
          .containsExactly("1|");
    }
  }

  @Test
  void isNotFooledByAColumnCalledRowid() {
    check(
        4, "CREATE TABLE t AS SELECT -1 AS rowid, i, i % 7 AS k, 'x' AS s FROM range(500000) r(i)");
  }

  @Test
  void tilesTenThousandRowGroups() {
    try (PlannedDatabase database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("many.duckdb"),
            "CREATE TABLE t AS SELECT i FROM range(20480000) r(i)")) {
      PartitionTarget each = PartitionTarget.forSlots(1).withPartitions(10_000);
      ReadPlan plan = database.query(each, "FROM t");
      assertThat(plan.fragments()).hasSize(10_000);
      assertThat(plan.summary().rows()).hasValue(20_480_000);
      assertTiles(plan);
      assertThat(plan.fragments().get(5_000).range())
          .contains(new RowRange(5_000 * 2_048L, 5_001 * 2_048L));
      ReadPlan pruned = database.read(each, "t", "\"i\" BETWEEN 2048000 AND 2049000");
      assertThat(database.rows(pruned)).hasSize(1_001);
      assertThat(pruned.fragments().size()).isLessThan(10_000);
    }
  }

  @Test
  void groupsRowGroupsToTheTarget() {
    try (PlannedDatabase database =
        PlannedDatabase.create(
            folder.resolve("grouped.duckdb"),
            "CREATE TABLE t AS SELECT i FROM range(6144000) r(i)")) {
      // 50 full groups: 4 a partition at the least, 16 at the most, two partitions a slot between.
      assertThat(fragments(database, PartitionTarget.forSlots(1))).isEqualTo(3);
      assertThat(fragments(database, PartitionTarget.forSlots(4))).isEqualTo(8);
      assertThat(fragments(database, PartitionTarget.forSlots(100))).isEqualTo(13);
      assertThat(fragments(database, PartitionTarget.forSlots(1).withPartitions(7))).isEqualTo(7);
      assertThat(fragments(database, PartitionTarget.forSlots(1).withPartitions(77))).isEqualTo(77);
    }
  }

  private static int fragments(PlannedDatabase database, PartitionTarget target) {
    ReadPlan plan = database.query(target, "FROM t");
    assertTiles(plan);
    return plan.fragments().size();
  }

  /** Reads a table whole and in parts, by SQL and as a connector does. */
  private void check(int atLeast, String... statements) {
    try (PlannedDatabase database =
        PlannedDatabase.create(folder.resolve("t.duckdb"), statements)) {
      List<String> expected = database.sorted("SELECT * FROM t");
      ReadPlan query = database.query(PlannedDatabase.FINE, "SELECT * FROM t");
      assertThat(query.fragments()).hasSizeGreaterThanOrEqualTo(atLeast);
      if (query.summary().wholeBecause().isEmpty()) {
        assertTiles(query);
      }
      assertThat(database.rows(query)).isEqualTo(expected);
      ReadPlan read = database.read(PlannedDatabase.FINE, "main.t", null);
      assertThat(database.rows(read)).isEqualTo(expected);
      ReadPlan seven = database.query(PlannedDatabase.FINE.withPartitions(7), "SELECT * FROM t");
      assertThat(database.rows(seven)).isEqualTo(expected);
    }
  }

  private static void assertTiles(ReadPlan plan) {
    long next = 0;
    for (Fragment fragment : plan.fragments()) {
      RowRange range = fragment.range().orElseThrow();
      assertThat(range.from()).isEqualTo(next);
      next = range.to();
    }
    assertThat(next).isEqualTo(Long.MAX_VALUE);
  }
}

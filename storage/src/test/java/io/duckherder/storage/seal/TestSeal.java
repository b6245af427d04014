package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.SnapshotSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestSeal {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"STORAGE_VERSION 'v1.5.0'", "STORAGE_VERSION 'latest', BLOCK_SIZE 16384"})
  void everyKindOfWriteIsInTheSnapshotAfterIt(String options) {
    try (TestingDatabase database = new TestingDatabase(folder, options)) {
      List<TreeMap<String, List<String>>> sealed = new ArrayList<>();
      for (String sql : WRITES) {
        if (sql.equals("CHECKPOINT")) {
          database.checkpoint();
        } else {
          database.run(sql);
        }
        SnapshotSummary snapshot = database.seal();
        sealed.add(database.rows());
        assertThat(database.rows(snapshot.number())).as(sql).isEqualTo(database.rows());
      }
    }
  }

  @Test
  void sealingTwiceGivesTheSameSnapshot() {
    try (TestingDatabase database = new TestingDatabase(folder)) {
      database.run("CREATE TABLE t AS SELECT range AS i FROM range(1000)");
      SnapshotSummary first = database.seal();
      assertThat(database.seal()).isEqualTo(first);
      database.run("INSERT INTO t VALUES (1)");
      assertThat(database.seal().number()).isEqualTo(first.number() + 1);
    }
  }

  private static final List<String> WRITES =
      List.of(
          "CREATE TABLE t (i BIGINT, s VARCHAR)",
          "INSERT INTO t SELECT range, 'row ' || range FROM range(130000)",
          "CREATE SCHEMA other",
          "CREATE TABLE other.u (id INTEGER PRIMARY KEY, l INTEGER[], m MAP(VARCHAR, INTEGER))",
          "INSERT INTO other.u SELECT range, [range, 1], MAP {'a': range} FROM range(5000)",
          "CHECKPOINT",
          "UPDATE t SET s = 'changed' WHERE i % 1000 = 0",
          "DELETE FROM t WHERE i BETWEEN 1000 AND 5000",
          "CREATE INDEX t_i ON t (i)",
          "CHECKPOINT",
          "ALTER TABLE t ADD COLUMN d DOUBLE DEFAULT 1.5",
          "INSERT INTO t SELECT range, repeat('long', 2000) || range, 2 FROM range(300)",
          "DROP INDEX t_i",
          "ALTER TABLE t ALTER i TYPE HUGEINT",
          "CREATE VIEW v AS SELECT count(*) AS n FROM t",
          "CHECKPOINT",
          "INSERT INTO other.u VALUES (1, NULL, NULL) ON CONFLICT DO UPDATE SET l = [7]",
          "ALTER TABLE t RENAME TO renamed",
          "TRUNCATE renamed",
          "INSERT INTO renamed SELECT range, range::VARCHAR, 0 FROM range(140000)",
          "CHECKPOINT",
          "DROP TABLE renamed CASCADE",
          "CHECKPOINT",
          "CREATE TABLE w AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(125000)",
          "CHECKPOINT",
          "COMMENT ON TABLE w IS 'words'",
          "MERGE INTO w USING (SELECT 5 AS a) s ON w.a = s.a WHEN MATCHED THEN DELETE");
}

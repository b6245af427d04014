package io.duckherder.storage.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that become free while a reader holds them are on the list of free blocks once. */
final class TestHeldBlocks {
  @TempDir Path folder;

  @Test
  void aBlockThatAReaderHeldOverCheckpointsIsSealedWhenItIsWrittenAtLast() throws SQLException {
    try (TestingDatabase database =
            new TestingDatabase(folder, "BLOCK_SIZE 16384, ROW_GROUP_SIZE 2048");
        Connection other = database.duplicate();
        Statement statement = other.createStatement()) {
      database.run(
          "CREATE TABLE t AS SELECT range AS i, md5(range::VARCHAR) AS s FROM range(50500)",
          "CREATE TABLE u (i BIGINT, s VARCHAR)");
      database.checkpoint();
      database.seal();
      statement.execute("USE db");
      try (ResultSet reading = statement.executeQuery("SELECT * FROM t")) {
        assertThat(reading.next()).isTrue();
        for (int i = 0; i < 4; i++) {
          database.run("INSERT INTO t SELECT range, md5(range::VARCHAR) FROM range(1000)");
          database.checkpoint();
          database.seal();
        }
      }
      for (int i = 0; i < 6; i++) {
        database.run(
            "INSERT INTO u SELECT range, md5((range + %d)::VARCHAR) FROM range(3000)".formatted(i));
        database.checkpoint();
        long number = database.seal().number();
        TestRandomWrites.assertSameBlocks(database, number, "round " + i);
        assertThat(database.rows(number)).isEqualTo(database.rows());
      }
    }
  }
}

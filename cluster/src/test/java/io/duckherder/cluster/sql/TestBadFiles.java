package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage and want on the workers: a typed error, and the next query is served. */
final class TestBadFiles {
  @TempDir Path directory;

  private static void assertFails(FlightSqlClient flight, String sql, StandardErrorCode... codes) {
    assertThatThrownBy(() -> TestStatements.drain(flight, sql))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(FlightErrors.fromFlight(e, "driver").code()).isIn((Object[]) codes));
  }

  @Test
  void aDamagedBlockFailsItsQueriesAndNoOthers() throws Exception {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE small AS SELECT 1 AS i",
            "CREATE TABLE big AS SELECT hash(range) AS h, md5(range::VARCHAR) AS s"
                + " FROM range(1000000)");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // The middle of the file is blocks of the big table.
      for (int i = 0; i < 8; i++) {
        channel.write(ByteBuffer.wrap(new byte[4096]), channel.size() / 2 + i * 262_144L);
      }
    }
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill")).database("db", file).build();
        FlightSqlClient flight = cluster.client()) {
      assertFails(flight, "SELECT h, s FROM big", StandardErrorCode.FILE_CORRUPT);
      assertFails(flight, "SELECT max(h), max(s) FROM big", StandardErrorCode.FILE_CORRUPT);
      assertThat(TestStatements.drain(flight, "SELECT i FROM small")).isEqualTo(1);
    }
  }

  @Test
  void aFullDiskOrMemoryFailsTheQueryAndNoOthers() throws Exception {
    Path file =
        Rows.file(
            directory.resolve("db.duckdb"),
            "CREATE TABLE big AS SELECT md5(range::VARCHAR) AS s FROM range(2000000)");
    try (ClusterRunner cluster =
            ClusterRunner.builder(directory.resolve("spill"))
                .database("db", file)
                .workers(0)
                .build();
        FlightSqlClient flight = cluster.client()) {
      cluster.startWorker("w1", ClusterRunner.engine(directory.resolve("w1"), "60MiB", "1MiB"));
      assertFails(
          flight,
          "SELECT s, row_number() OVER (ORDER BY s DESC) FROM big",
          StandardErrorCode.OUT_OF_DISK,
          StandardErrorCode.OUT_OF_MEMORY);
      assertThat(TestStatements.drain(flight, "SELECT count(*) FROM big")).isEqualTo(1);
    }
  }
}

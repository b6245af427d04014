package io.duckherder.cluster.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Small DuckDB files for tests. */
final class Databases {
  private static final int HEADER_BYTES = 4096;

  /** The checksum and the magic word come before the version. */
  private static final int VERSION_OFFSET = 12;

  private Databases() {}

  /** A file with the table {@code people}. */
  static Path people(Path file) throws SQLException {
    try (Connection connection = open(file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE people AS
          SELECT * FROM (VALUES (1, 'Ada', DATE '1815-12-10', 1.50),
            (2, NULL, NULL, NULL), (3, 'x, "y"', DATE '2000-01-01', -2.25))
            AS t(id, name, born, amount)
          """);
    }
    return file;
  }

  /** Opens a file for writing. */
  static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + file);
  }

  /** Makes a file look as if a DuckDB of the far future had written it. */
  static Path fromTheFuture(Path file) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.read(header, 0);
      header.putLong(VERSION_OFFSET, 1_000_000);
      header.putLong(0, checksum(header));
      channel.write(header.flip(), 0);
    }
    return file;
  }

  /** DuckDB's checksum over a block without the checksum itself. */
  private static long checksum(ByteBuffer block) {
    long sum = 5381;
    for (int offset = Long.BYTES; offset < block.capacity(); offset += Long.BYTES) {
      sum ^= block.getLong(offset) * 0xbf58476d1ce4e5b9L;
    }
    return sum;
  }
}

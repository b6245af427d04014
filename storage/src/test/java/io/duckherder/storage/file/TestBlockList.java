package io.duckherder.storage.file;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestBlockList {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STORAGE_VERSION 'v1.5.0'",
        "STORAGE_VERSION 'latest'",
        "STORAGE_VERSION 'v1.0.0'",
        "BLOCK_SIZE 16384"
      })
  void isWhatDuckDBReadsWhenItOpensTheFile(String options) throws SQLException {
    Path path = folder.resolve("f.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH '%s' AS db (%s)".formatted(path, options));
      statement.execute("USE db");
      for (String sql :
          new String[] {
            "CREATE TABLE a AS SELECT range i, md5(range::VARCHAR) s FROM range(400000)",
            "CREATE TABLE b AS SELECT range i, md5(range::VARCHAR) s FROM range(300000)",
            "CREATE INDEX b_i ON b (i)",
            "DROP TABLE a",
            "INSERT INTO b SELECT 7, 'seven' FROM range(10)",
            "DELETE FROM b WHERE i > 100000",
          }) {
        statement.execute(sql);
        statement.execute("CHECKPOINT db");
        try (FileChannel file = FileChannel.open(path)) {
          BlockList list = read(file).orElseThrow();
          assertThat(list.free().cardinality()).as(sql).isEqualTo(freeBlocks(path));
          assertThat(list.metadata()).as(sql).isEqualTo(metadata(statement));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static Optional<BlockList> read(FileChannel file) {
    ByteBuffer headers = ByteBuffer.allocate(FileHeaders.BYTES);
    readAt(file, 0, headers);
    return BlockList.read(
        FileHeaders.parse(headers.flip(), "f"), (offset, into) -> readAt(file, offset, into));
  }

  private static void readAt(FileChannel file, long offset, ByteBuffer into) {
    try {
      while (into.hasRemaining()) {
        if (file.read(into, offset + into.position()) < 0) {
          break;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a copy: DuckDB does not count what it holds at the moment. */
  private int freeBlocks(Path path) throws SQLException, IOException {
    Path copy = Files.copy(path, folder.resolve("copy.duckdb"), REPLACE_EXISTING);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH '%s' AS copied (READ_ONLY)".formatted(copy));
      String sql = "SELECT free_blocks FROM pragma_database_size() WHERE database_name = 'copied'";
      try (ResultSet result = statement.executeQuery(sql)) {
        result.next();
        return result.getInt(1);
      }
    }
  }

  private static BitSet metadata(Statement statement) throws SQLException {
    BitSet blocks = new BitSet();
    try (ResultSet result = statement.executeQuery("SELECT block_id FROM pragma_metadata_info()")) {
      while (result.next()) {
        blocks.set(result.getInt(1));
      }
    }
    return blocks;
  }
}

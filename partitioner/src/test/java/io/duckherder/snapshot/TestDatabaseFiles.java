package io.duckherder.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestDatabaseFiles {
  @TempDir Path folder;

  @Test
  void tellsEachStateOfAFileFromTheNext() throws SQLException {
    Path file = folder.resolve("x.duckdb");
    execute(file, "CREATE TABLE t AS SELECT 1 AS i");
    FileIdentity first = DatabaseFiles.identify(file);
    assertThat(DatabaseFiles.identify(file)).isEqualTo(first);
    assertThat(DatabaseFiles.unchanged(first)).isTrue();

    execute(file, "INSERT INTO t VALUES (2)");
    FileIdentity second = DatabaseFiles.identify(file);
    assertThat(second).isNotEqualTo(first);
    assertThat(DatabaseFiles.unchanged(first)).isFalse();
    assertThat(DatabaseFiles.unchanged(second)).isTrue();
  }

  @Test
  void noticesACommitThatIsOnlyInTheLog() throws SQLException, IOException {
    Path file = folder.resolve("log.duckdb");
    Path copy = folder.resolve("copy.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT 1 AS i");
      statement.execute("CHECKPOINT");
      copy(file, copy);
      FileIdentity before = DatabaseFiles.identify(copy);
      statement.execute("INSERT INTO t VALUES (2)");
      copy(file, copy);
      Files.setLastModifiedTime(copy, FileTime.fromMillis(before.modified()));
      assertThat(DatabaseFiles.unchanged(before)).isFalse();
      assertThat(DatabaseFiles.identify(copy)).isNotEqualTo(before);
    }
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    assertFails(folder.resolve("absent.duckdb"), StandardErrorCode.FILE_NOT_FOUND);
    assertFails(folder, StandardErrorCode.FILE_NOT_FOUND);
    assertFails(
        Files.writeString(folder.resolve("text"), "no database ".repeat(2_000)),
        StandardErrorCode.NOT_A_DATABASE);
    assertFails(Files.createFile(folder.resolve("empty")), StandardErrorCode.NOT_A_DATABASE);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.write(to, Files.readAllBytes(from));
    Path wal = from.resolveSibling(from.getFileName() + ".wal");
    if (Files.exists(wal)) {
      Files.write(to.resolveSibling(to.getFileName() + ".wal"), Files.readAllBytes(wal));
    }
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertFails(Path file, StandardErrorCode code) {
    assertThatThrownBy(() -> DatabaseFiles.identify(file))
        .hasMessageContaining(file.getFileName().toString())
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}

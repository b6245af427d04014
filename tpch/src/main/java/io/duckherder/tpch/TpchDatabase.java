package io.duckherder.tpch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A DuckDB file with the eight TPC-H tables. It is written under another name and renamed when it
 * is whole, so a generation that was interrupted leaves no file that looks complete; what a killed
 * process left behind is cleared away by the next generation of the same file.
 */
public final class TpchDatabase {
  private TpchDatabase() {}

  /** Writes the tables at a scale factor into a file, replacing one that is there. */
  public static void create(Path file, double scaleFactor) {
    create(file, scaleFactor, TpchProgress.NONE);
  }

  /** Writes the tables at a scale factor into a file, replacing one that is there. */
  public static void create(Path file, double scaleFactor, TpchProgress progress) {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling(target.getFileName() + ".generating");
    try {
      Files.createDirectories(target.getParent());
      clearLeftover(unfinished);
      write(unfinished, new TpchGenerator(scaleFactor, progress));
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write TPC-H into " + target, e);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Cannot write TPC-H into %s: %s".formatted(target, e.getMessage()), e);
    } finally {
      delete(unfinished);
    }
  }

  private static void write(Path file, TpchGenerator generator) throws SQLException {
    try (Connection connection = open(file)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(TpchResource.text("schema.sql"));
      }
      generator.fill(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("CHECKPOINT");
      }
    }
  }

  private static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + file, new Properties());
  }

  /** Fails if another process is writing the file: DuckDB's lock tells. */
  private static void clearLeftover(Path unfinished) throws IOException {
    if (!Files.exists(unfinished)) {
      return;
    }
    try (Connection connection = open(unfinished)) {
      connection.setReadOnly(false);
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("lock")) {
        throw new IOException(unfinished + " is being written by another process", e);
      }
    }
    delete(unfinished);
  }

  private static void delete(Path unfinished) {
    try {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".wal"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + unfinished, e);
    }
  }
}

package io.duckherder.worker.engine;

import java.sql.DriverManager;

/** A program that opens a DuckDB file for writing: exit 0 if it may, 1 if the file is locked. */
final class OpenForWriting {
  private OpenForWriting() {}

  public static void main(String[] arguments) throws Exception {
    DriverManager.getConnection("jdbc:duckdb:" + arguments[0]).close();
  }
}

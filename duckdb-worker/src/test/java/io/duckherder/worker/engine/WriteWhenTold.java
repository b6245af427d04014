package io.duckherder.worker.engine;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * A program that opens a DuckDB file for writing, says so, and runs a statement at a line's end.
 */
final class WriteWhenTold {
  private WriteWhenTold() {}

  public static void main(String[] arguments) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0]);
        Statement statement = connection.createStatement()) {
      System.out.println("open");
      System.in.read();
      statement.execute(arguments[1]);
    }
  }
}

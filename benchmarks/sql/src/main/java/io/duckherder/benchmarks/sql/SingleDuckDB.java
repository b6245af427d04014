package io.duckherder.benchmarks.sql;

import io.duckherder.tpch.TpchQueries;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One DuckDB in a process. It reads commands from standard input: {@code run 7} answers with the
 * nanoseconds of TPC-H query 7, {@code answer 7} with its rows and their hash.
 */
public final class SingleDuckDB {
  private SingleDuckDB() {}

  /**
   * Runs until its standard input ends.
   *
   * @param arguments the database file and the number of threads
   */
  public static void main(String[] arguments) throws SQLException, IOException {
    Properties settings = new Properties();
    settings.setProperty("access_mode", "READ_ONLY");
    settings.setProperty("threads", arguments[1]);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Connection connection =
            DriverManager.getConnection("jdbc:duckdb:" + arguments[0], settings);
        Statement statement = connection.createStatement()) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ");
        String sql = TpchQueries.sql(Integer.parseInt(words[1]));
        System.out.println(words[0].equals("run") ? run(statement, sql) : answer(statement, sql));
      }
    }
  }

  /** The driver has all rows when it returns; they are not turned into Java's values. */
  private static String run(Statement statement, String sql) throws SQLException {
    long start = System.nanoTime();
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(System.nanoTime() - start);
    }
  }

  private static String answer(Statement statement, String sql) throws SQLException {
    AnswerDigest digest = AnswerDigest.EMPTY;
    try (ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(rows.getObject(i));
        }
        digest = digest.plus(row);
      }
    }
    return digest.rows() + " " + digest.hash();
  }
}

package io.duckherder.sql.benchmarks;

import io.duckherder.tpch.TpchDatabase;
import io.duckherder.tpch.TpchQueries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A set of queries and the data they are for. Row groups are small, so that each table of facts has
 * many; the file is kept in {@code target/data} for the next run.
 */
public enum Benchmark {
  TPCH("tpch", "TPC-H", 22) {
    @Override
    public String text(int number) {
      return TpchQueries.sql(number);
    }

    @Override
    void fill(Connection connection, Path folder) throws SQLException {
      Path large = folder.resolve("tpch-large-groups.duckdb");
      TpchDatabase.create(large, 0.02);
      try (Statement statement = connection.createStatement()) {
        statement.execute("ATTACH '" + large + "' AS large (READ_ONLY)");
        statement.execute("COPY FROM DATABASE large TO tpch");
        statement.execute("DETACH large");
        Files.delete(large);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },

  TPCDS("tpcds", "TPC-DS", 99) {
    /** Of the published text, only how it names tables is not DuckDB's. */
    @Override
    public String text(int number) {
      return Resources.text("/sql/presto/tpcds/q%02d.sql".formatted(number))
          .replace("${database}.${schema}.", "");
    }

    @Override
    void fill(Connection connection, Path folder) throws SQLException {
      TpcdsDatabase.fill(connection, 0.01);
    }
  },

  CLICKBENCH("clickbench", "ClickBench", 43) {
    /** The published questions in words of our own: each text follows a line with its number. */
    @Override
    public String text(int number) {
      String text = Resources.text("clickbench.sql");
      String heading = "\n-- %d\n".formatted(number);
      int start = text.indexOf(heading) + heading.length();
      return text.substring(start, text.indexOf(';', start));
    }

    @Override
    void fill(Connection connection, Path folder) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(Resources.text("hits.sql"));
      }
    }
  };

  private final String database;
  private final String title;
  private final int count;

  Benchmark(String database, String title, int count) {
    this.database = database;
    this.title = title;
    this.count = count;
  }

  /** The name that its database is served under. */
  String database() {
    return database;
  }

  /** How people write its name. */
  String title() {
    return title;
  }

  /** How many queries it has. */
  public int count() {
    return count;
  }

  /** Its queries, in order. */
  List<BenchmarkQuery> queries() {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> new BenchmarkQuery(this, number))
        .toList();
  }

  /** A query's text in DuckDB's dialect. */
  public abstract String text(int number);

  /** Makes its tables in the current database of a connection. */
  abstract void fill(Connection connection, Path folder) throws SQLException;

  /** Makes the tables of TPC-DS in the current schema of a connection, of any size. */
  public static void fillTpcds(Connection connection, double scale) throws SQLException {
    TpcdsDatabase.fill(connection, scale);
  }

  /** Makes the table of ClickBench in the current schema of a connection, of any size. */
  public static void fillHits(Connection connection, long rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET VARIABLE hits = " + rows);
      statement.execute(Resources.text("hits.sql"));
    }
  }

  /** Its data, made if it is not there. */
  public synchronized Path file() {
    Path folder = Path.of("target", "data").toAbsolutePath();
    Path file = folder.resolve(database + ".duckdb");
    if (Files.exists(file)) {
      return file;
    }
    try {
      Files.createDirectories(folder);
      Path unfinished = folder.resolve(database + ".generating");
      Files.deleteIfExists(unfinished);
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = connection.createStatement()) {
        // One thread, so that rows lie the same in every build, and plans are the same.
        statement.execute("SET threads = 1");
        // Small blocks, since each column of each row group takes at least one.
        statement.execute(
            "ATTACH '%s' AS %s (ROW_GROUP_SIZE 4096, BLOCK_SIZE 16384)"
                .formatted(unfinished, database));
        statement.execute("USE " + database);
        fill(connection, folder);
        statement.execute("CHECKPOINT " + database);
      }
      return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot make the data of " + database, e);
    }
  }
}

package io.duckherder.spark.tpc;

import io.duckherder.sql.benchmarks.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A set of queries, whose texts are in Spark's jar of tests, and the file with their data. */
enum TpcBenchmark {
  TPCH(Benchmark.TPCH, 1, IntStream.rangeClosed(1, 22).mapToObj(i -> "q" + i).toList()),
  TPCDS(Benchmark.TPCDS, 6, tpcdsNames());

  private final Benchmark data;
  private final int step;
  private final List<String> names;

  TpcBenchmark(Benchmark data, int step, List<String> names) {
    this.data = data;
    this.step = step;
    this.names = names;
  }

  /** Four of the 99 come in two texts. */
  private static List<String> tpcdsNames() {
    return IntStream.rangeClosed(1, 99)
        .boxed()
        .flatMap(
            i ->
                switch (i) {
                  case 14, 23, 24, 39 -> List.of("q" + i + "a", "q" + i + "b").stream();
                  default -> List.of("q" + i).stream();
                })
        .toList();
  }

  /** Its queries, in order. */
  List<TpcQuery> queries() {
    return names.stream().map(name -> new TpcQuery(this, name)).toList();
  }

  /** One in how many of its queries runs in each build. */
  int step() {
    return step;
  }

  /** The name of its folder in Spark's jar, and of its database in a cluster. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The DuckDB file with its tables. */
  Path file() {
    return data.file();
  }

  List<String> tables() {
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT table_name FROM duckdb_tables()")) {
      List<String> tables = new ArrayList<>();
      while (result.next()) {
        tables.add(result.getString(1));
      }
      return tables;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes its tables as Parquet, which DuckDB does, each with many row groups. */
  void writeParquet(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      for (String table : tables()) {
        statement.execute(
            "COPY %s TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 8192)"
                .formatted(table, folder.resolve(table + ".parquet")));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String text(String query) {
    String path = "/" + folder() + "/" + query + ".sql";
    try (InputStream in = TpcBenchmark.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("Spark's jar of tests lacks " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Connection open() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + file() + ";duckdb.read_only=true;");
  }
}

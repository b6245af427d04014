package io.duckherder.benchmarks;

import io.duckherder.sql.benchmarks.Benchmark;
import io.duckherder.tpch.TpchDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A set of queries, and the size of data that they are measured on. */
enum QuerySuite {
  TPCH(Benchmark.TPCH, "TPC-H SF1", "tpch-sf1"),
  TPCDS(Benchmark.TPCDS, "TPC-DS SF1", "tpcds-sf1"),
  CLICKBENCH(Benchmark.CLICKBENCH, "43 questions of ClickBench, 10 million rows", "hits-10m");

  private static final long HITS = 10_000_000;

  private final Benchmark benchmark;
  private final String title;
  private final String file;

  QuerySuite(Benchmark benchmark, String title, String file) {
    this.benchmark = benchmark;
    this.title = title;
    this.file = file;
  }

  String title() {
    return title;
  }

  /** Names it in files, and in the cluster. */
  String id() {
    return file;
  }

  int count() {
    return benchmark.count();
  }

  /** A query's text, in the dialect that DuckDB and, for TPC-H, Spark know. */
  String sql(int number) {
    return benchmark.text(number).replaceAll("[\\s;]+$", "");
  }

  /** Whether Spark runs the texts as they are. */
  boolean isForSpark() {
    return this == TPCH;
  }

  /** Its data, made if it is not there. */
  Path database(Path folder) throws SQLException, IOException {
    Path database = folder.resolve(file + ".duckdb");
    if (Files.exists(database)) {
      return database;
    }
    System.err.println("Generating " + database.getFileName());
    if (this == TPCH) {
      TpchDatabase.create(database, 1);
      return database;
    }
    Path unfinished = folder.resolve(file + ".generating");
    Files.deleteIfExists(unfinished);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + unfinished)) {
      if (this == TPCDS) {
        Benchmark.fillTpcds(connection, 1);
      } else {
        Benchmark.fillHits(connection, HITS);
      }
    }
    return Files.move(unfinished, database, StandardCopyOption.ATOMIC_MOVE);
  }
}

package io.duckherder.benchmarks;

import io.duckherder.tpch.TpchQueries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where Spark finds the tables of TPC-H. */
enum TpchSource {
  PARQUET("Parquet"),
  /** The DuckDB file, read by Spark's executors. */
  DUCKHERDER("duckherder"),
  /** The same, with the joins that DuckDB can do done by it. */
  DUCKHERDER_JOINS("duckherder, joins pushed");

  static final List<String> TABLES =
      List.of("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem");

  private final String title;

  TpchSource(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** A session in which the tables are views on this source. */
  SparkSession session(SparkSession spark, Path database, Path parquet) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.optimizer.datasourceV2JoinPushdown", this == DUCKHERDER_JOINS);
    for (String name : TABLES) {
      table(session, database, parquet, name).createOrReplaceTempView(name);
    }
    return session;
  }

  private Dataset<Row> table(SparkSession session, Path database, Path parquet, String name) {
    return switch (this) {
      case PARQUET -> session.read().parquet(parquet.resolve(name).toString());
      case DUCKHERDER, DUCKHERDER_JOINS -> file(session, database, name);
    };
  }

  /** A table of a DuckDB file. */
  static Dataset<Row> file(SparkSession session, Path database, String name) {
    return session.read().format("duckherder").option("dbtable", name).load(database.toString());
  }

  /** The tables of a DuckDB file as Parquet beside it, written by Spark if they are not there. */
  static Path writeParquet(SparkSession spark, Path database) {
    String name = database.getFileName().toString().replace(".duckdb", "-parquet");
    Path folder = database.resolveSibling(name);
    for (String table : TABLES) {
      if (!Files.exists(folder.resolve(table).resolve("_SUCCESS"))) {
        System.err.println("Writing " + table + " as Parquet");
        file(spark, database, table)
            .write()
            .mode("overwrite")
            .parquet(folder.resolve(table).toString());
      }
    }
    return folder;
  }

  /** A query's rows as texts, in no order. */
  static List<String> answer(SparkSession session, int query) {
    return session.sql(TpchQueries.sql(query)).collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }
}

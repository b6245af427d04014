package io.duckherder.spark.tpc;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where Spark finds the tables of a benchmark. */
enum TpcSource {
  /** Files that DuckDB wrote and Spark reads: what all others are held against. */
  PARQUET {
    @Override
    Dataset<Row> table(SparkSession spark, TpcData data, String table) {
      return spark.read().parquet(data.parquet().resolve(table + ".parquet").toString());
    }
  },

  /** The DuckDB file, with everything pushed that can be, joins too. */
  FILE {
    @Override
    Dataset<Row> table(SparkSession spark, TpcData data, String table) {
      return read(spark, data.benchmark().file(), table, true);
    }
  },

  /** The DuckDB file, with nothing pushed but the choice of columns. */
  FILE_WITHOUT_PUSHDOWN {
    @Override
    Dataset<Row> table(SparkSession spark, TpcData data, String table) {
      return read(spark, data.benchmark().file(), table, false);
    }
  },

  /** The same file behind a cluster of processes. */
  CLUSTER {
    @Override
    Dataset<Row> table(SparkSession spark, TpcData data, String table) {
      return spark
          .read()
          .format("duckherder")
          .option("url", data.url())
          .option("database", data.benchmark().folder())
          .option("dbtable", table)
          .load();
    }
  };

  abstract Dataset<Row> table(SparkSession spark, TpcData data, String table);

  /** Those that are held against Parquet. */
  static List<TpcSource> tested() {
    return List.of(FILE, FILE_WITHOUT_PUSHDOWN, CLUSTER);
  }

  /** A session in which a benchmark's tables are views on this source. */
  SparkSession session(SparkSession spark, TpcData data) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.optimizer.datasourceV2JoinPushdown", "true");
    // So few rows of TPC-DS make sums by which some of its queries divide, zero.
    session.conf().set("spark.sql.ansi.enabled", data.benchmark() == TpcBenchmark.TPCH);
    for (String name : data.benchmark().tables()) {
      Dataset<Row> table = table(session, data, name);
      // The texts are those of TPC-DS 1.4; later versions and our data say it is a key.
      if (name.equals("customer") && data.benchmark() == TpcBenchmark.TPCDS) {
        table = table.withColumnRenamed("c_last_review_date_sk", "c_last_review_date");
      }
      table.createOrReplaceTempView(name);
    }
    return session;
  }

  private static Dataset<Row> read(
      SparkSession session, Path file, String table, boolean pushdown) {
    return session
        .read()
        .format("duckherder")
        .option("dbtable", table)
        .option("pushdown", pushdown)
        .load(file.toString());
  }
}

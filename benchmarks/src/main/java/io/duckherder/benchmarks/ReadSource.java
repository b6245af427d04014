package io.duckherder.benchmarks;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where Spark reads lineitem from. */
enum ReadSource {
  CLUSTER("duckherder, cluster"),
  EMBEDDED("duckherder, embedded"),
  PARQUET("Parquet"),
  JDBC_MANY("JDBC, same partitions"),
  JDBC_ONE("JDBC, 1 partition");

  private final String title;

  ReadSource(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * The table, not yet read.
   *
   * @param partitions how many partitions JDBC cuts the table into where it does
   */
  Dataset<Row> lineitem(
      SparkSession spark, Workload workload, Path folder, String url, int partitions) {
    String file = workload.database(folder).toString();
    return switch (this) {
      case CLUSTER ->
          spark
              .read()
              .format("duckherder")
              .option("url", url)
              .option("dbtable", workload.databaseName() + ".main.lineitem")
              .load();
      case EMBEDDED -> spark.read().format("duckherder").option("dbtable", "lineitem").load(file);
      case PARQUET -> spark.read().parquet(workload.parquet(folder).toString());
      case JDBC_MANY ->
          spark
              .read()
              .format("jdbc")
              .option("url", jdbcUrl(file))
              .option("dbtable", "lineitem")
              .option("partitionColumn", "l_orderkey")
              .option("lowerBound", "1")
              .option("upperBound", String.valueOf(6_000_000L * workload.scale()))
              .option("numPartitions", String.valueOf(partitions))
              .load();
      case JDBC_ONE ->
          spark
              .read()
              .format("jdbc")
              .option("url", jdbcUrl(file))
              .option("dbtable", "lineitem")
              .load();
    };
  }

  private static String jdbcUrl(String file) {
    return "jdbc:duckdb:" + file + ";duckdb.read_only=true;";
  }
}

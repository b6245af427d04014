package io.duckherder.benchmarks;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Where Spark appends lineitem to. Each has an empty table, with DuckDB's types, before. */
enum WriteSink {
  CLUSTER("duckherder, cluster"),
  EMBEDDED("duckherder, embedded"),
  PARQUET("Parquet"),
  JDBC("JDBC");

  static final String TABLE = "lineitem";

  private final String title;

  WriteSink(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Empties the table, and makes it if it is not there. */
  void prepare(Dataset<Row> rows, WriteTargets targets) throws Exception {
    if (this == PARQUET) {
      WriteTargets.delete(targets.parquet());
      return;
    }
    SparkSession spark = rows.sparkSession();
    String table = catalog() + ".main." + TABLE;
    spark.sql("DROP TABLE IF EXISTS " + table);
    rows.limit(0).writeTo(table).create();
  }

  /** The catalog that makes the table. JDBC writes to a file that the connector made it in. */
  private String catalog() {
    return switch (this) {
      case CLUSTER -> WriteTargets.CLUSTER_CATALOG;
      case EMBEDDED -> WriteTargets.EMBEDDED_CATALOG;
      case JDBC -> WriteTargets.JDBC_CATALOG;
      case PARQUET -> throw new IllegalStateException("Parquet has no catalog");
    };
  }

  /** Appends all rows. */
  void append(Dataset<Row> rows, WriteTargets targets) throws Exception {
    switch (this) {
      case CLUSTER, EMBEDDED -> rows.writeTo(catalog() + ".main." + TABLE).append();
      case PARQUET -> rows.write().mode(SaveMode.Append).parquet(targets.parquet().toString());
      case JDBC ->
          rows.write()
              .mode(SaveMode.Append)
              .format("jdbc")
              .option("url", "jdbc:duckdb:" + targets.jdbcFile())
              .option("dbtable", TABLE)
              .save();
    }
  }

  /** How many rows are there now. */
  long count(SparkSession spark, WriteTargets targets) {
    Path parquet = targets.parquet();
    return this == PARQUET
        ? spark.read().parquet(parquet.toString()).count()
        : spark.table(catalog() + ".main." + TABLE).count();
  }
}

package io.duckherder.benchmarks;

import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What is read from lineitem. */
enum Workload {
  FULL_SCAN("full scan, 16 columns, SF1", 1, 1.5),
  NARROW_SCAN("6 numeric columns, SF3", 3, 1.0),
  SELECTIVE_FILTER("one ship date, 16 columns, SF3", 3, null);

  private final String title;
  private final int scale;
  private final @Nullable Double aimOfParquet;

  Workload(String title, int scale, @Nullable Double aimOfParquet) {
    this.title = title;
    this.scale = scale;
    this.aimOfParquet = aimOfParquet;
  }

  /** Names it in files. */
  String id() {
    return "spark-read-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How much of the time of Parquet it ought to take at most, if that was ever said. */
  @Nullable Double aimOfParquet() {
    return aimOfParquet;
  }

  String title() {
    return title;
  }

  int scale() {
    return scale;
  }

  Path database(Path folder) {
    return folder.resolve("tpch-sf" + scale + ".duckdb");
  }

  Path parquet(Path folder) {
    return folder.resolve("lineitem-sf" + scale + ".parquet");
  }

  /** The name of its database in the cluster. */
  String databaseName() {
    return "sf" + scale;
  }

  Dataset<Row> apply(Dataset<Row> lineitem) {
    return switch (this) {
      case FULL_SCAN -> lineitem;
      case NARROW_SCAN ->
          lineitem.select(
              "l_orderkey",
              "l_partkey",
              "l_suppkey",
              "l_linenumber",
              "l_quantity",
              "l_extendedprice");
      case SELECTIVE_FILTER -> lineitem.where("l_shipdate = DATE '1995-03-15'");
    };
  }
}

package io.duckherder.benchmarks;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What is read from lineitem. */
enum Workload {
  FULL_SCAN("full scan, 16 columns, SF1", 1),
  NARROW_SCAN("6 numeric columns, SF3", 3),
  SELECTIVE_FILTER("one ship date, 16 columns, SF3", 3);

  private final String title;
  private final int scale;

  Workload(String title, int scale) {
    this.title = title;
    this.scale = scale;
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

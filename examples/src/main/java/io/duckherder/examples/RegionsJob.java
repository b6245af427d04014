package io.duckherder.examples;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the table {@code orders} of a cluster, sums it up by region, and writes the answer as the
 * table {@code regions}: the job of the quick start.
 *
 * <pre>
 * RegionsJob URL
 * </pre>
 */
public final class RegionsJob {
  private RegionsJob() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .appName("Regions")
            .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
            .config("spark.sql.catalog.duck.url", args[0])
            .getOrCreate()) {
      Dataset<Row> regions =
          spark
              .table("duck.main.orders")
              .groupBy("region")
              .agg(count(lit(1)).as("orders"), sum("amount").as("amount"));
      regions.writeTo("duck.main.regions").createOrReplace();
      spark.table("duck.main.regions").orderBy("region").show();
    }
  }
}

package io.duckherder.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs SQL with Spark over TPC-H tables in DuckDB, twice: embedded, where the executors open the
 * file, and on a cluster, whose workers do.
 *
 * <pre>
 * TpchJob FILE URL QUERIES RESULTS
 * </pre>
 *
 * <p>{@code QUERIES} is a directory of {@code NAME.sql}; for each, {@code RESULTS} gets {@code
 * embedded-NAME.json} and {@code cluster-NAME.json} with a row per line, and {@code
 * embedded-NAME.millis} and {@code cluster-NAME.millis}.
 */
public final class TpchJob {
  private static final List<String> TABLES =
      List.of("region", "nation", "supplier", "part", "partsupp", "customer", "orders", "lineitem");
  private static final long NANOS_PER_MILLI = 1_000_000;

  private TpchJob() {}

  public static void main(String[] args) throws IOException {
    String file = args[0];
    String url = args[1];
    Map<String, String> queries = queries(Path.of(args[2]));
    Path results = Path.of(args[3]);
    try (SparkSession spark = SparkSession.builder().appName("Duckherder TPC-H").getOrCreate()) {
      DataFrameReader embedded = spark.read().format("duckherder").option("path", file);
      runAll(spark, embedded, "embedded", queries, results);

      DataFrameReader cluster = spark.read().format("duckherder").option("url", url);
      runAll(spark, cluster, "cluster", queries, results);
    }
  }

  private static void runAll(
      SparkSession spark,
      DataFrameReader reader,
      String mode,
      Map<String, String> queries,
      Path results)
      throws IOException {
    System.out.println("Spark reads the tables, " + mode);
    for (String table : TABLES) {
      reader.option("dbtable", table).load().createOrReplaceTempView(table);
    }
    for (Map.Entry<String, String> query : queries.entrySet()) {
      System.out.printf("Spark runs %s, %s%n", query.getKey(), mode);
      long began = System.nanoTime();
      Dataset<Row> answer = spark.sql(query.getValue());
      List<String> rows = answer.toJSON().collectAsList();
      long millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
      String name = mode + "-" + query.getKey();
      Files.write(results.resolve(name + ".json"), rows);
      Files.writeString(results.resolve(name + ".millis"), String.valueOf(millis));
    }
  }

  /** The queries by name, in the order of their names. */
  private static Map<String, String> queries(Path directory) throws IOException {
    Map<String, String> queries = new TreeMap<>();
    try (var files = Files.newDirectoryStream(directory, "*.sql")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        queries.put(name.substring(0, name.length() - ".sql".length()), Files.readString(file));
      }
    }
    return queries;
  }
}

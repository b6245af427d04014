package io.duckherder.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The files and the cluster that are written to.
 *
 * @param folder holds the files, and nothing else
 * @param url of a cluster with a managed database as its default
 */
record WriteTargets(Path folder, String url) {
  static final String CLUSTER_CATALOG = "cluster";
  static final String EMBEDDED_CATALOG = "embedded";
  static final String JDBC_CATALOG = "jdbcfile";

  private static final String CLASS = "io.duckherder.spark.DuckherderCatalog";

  Path parquet() {
    return folder.resolve("lineitem.parquet");
  }

  Path embeddedFile() {
    return folder.resolve("embedded.duckdb");
  }

  Path jdbcFile() {
    return folder.resolve("jdbc.duckdb");
  }

  /** Adds the catalogs to a session's builder. */
  SparkSession.Builder configure(SparkSession.Builder builder) {
    return builder
        .config("spark.sql.catalog." + CLUSTER_CATALOG, CLASS)
        .config("spark.sql.catalog." + CLUSTER_CATALOG + ".url", url)
        .config("spark.sql.catalog." + EMBEDDED_CATALOG, CLASS)
        .config("spark.sql.catalog." + EMBEDDED_CATALOG + ".path", embeddedFile().toString())
        .config("spark.sql.catalog." + JDBC_CATALOG, CLASS)
        .config("spark.sql.catalog." + JDBC_CATALOG + ".path", jdbcFile().toString());
  }

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.duckherder.spark.suites;

import io.duckherder.spark.RunningCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.execution.command.v2.CommandSuiteBase;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Spark's suites get in place of the catalogs that Spark keeps in memory: a database that a
 * cluster writes. One cluster serves all suites of the JVM, since each drops what it makes.
 */
public final class SuiteCatalog {
  /** The clause that makes a table of our catalog. */
  public static final String USING = "USING duckherder";

  /** The schemas that a DuckDB database begins with. */
  public static final Seq<String> SCHEMAS = CollectionConverters.asScala(List.of("main")).toSeq();

  static final String CATALOG = "io.duckherder.spark.DuckherderCatalog";
  private static final String DATABASE = "suites";
  private static final String URL = start();

  private SuiteCatalog() {}

  /** The configuration of a suite, with our catalog wherever it had one of Spark's. */
  public static SparkConf over(SparkConf conf, CommandSuiteBase suite) {
    List.of(
            suite.catalog(),
            suite.nonPartitionCatalog(),
            suite.atomicCatalog(),
            suite.rowLevelOPCatalog(),
            "fun_" + suite.catalog())
        .forEach(name -> define(conf, name));
    return conf;
  }

  /** Makes our catalog one of a configuration. */
  public static void define(SparkConf conf, String name) {
    String key = "spark.sql.catalog." + name;
    conf.set(key, CATALOG);
    conf.set(key + ".url", URL);
    conf.set(key + ".database", DATABASE);
  }

  private static String start() {
    try {
      Path folder = Files.createTempDirectory("suites");
      RunningCluster cluster =
          RunningCluster.startManaged(
              folder.resolve("state"), 1, Map.of(DATABASE, folder.resolve("suites.duckdb")));
      // JUnit and ScalaTest run side by side, and neither tells of the other's end.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, folder)));
      return cluster.url();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stop(RunningCluster cluster, Path folder) {
    try {
      cluster.close();
      JavaUtils.deleteRecursively(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

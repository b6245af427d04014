package io.duckherder.spark;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.ClusterSource;
import io.duckherder.spark.source.EmbeddedSource;
import io.duckherder.spark.source.EngineSettings;
import io.duckherder.spark.source.ReadSource;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Sources and targets from the options and the running Spark. Driver-only. */
final class Sources {
  private static final String DEFAULT_MEMORY_LIMIT = "1GiB";
  private static final int MOST_THREADS = 1_024;

  private Sources() {}

  static ReadSource of(DuckherderOptions options) {
    if (options.isCluster()) {
      return new ClusterSource(options.required(DuckherderOption.URL), options.token());
    }
    return new EmbeddedSource(
        options.required(DuckherderOption.PATH),
        new EngineSettings(
            options.value(DuckherderOption.MEMORY_LIMIT).orElse(DEFAULT_MEMORY_LIMIT),
            (int) options.positive(DuckherderOption.THREADS, MOST_THREADS).orElse(executorCores()),
            options.value(DuckherderOption.TEMP_DIRECTORY).orElse("")));
  }

  static PartitionTarget target(DuckherderOptions options) {
    int slots = SparkSession.active().sparkContext().defaultParallelism();
    return options.target(Math.max(1, slots));
  }

  /**
   * The cores of each executor, which its tasks share as they share its DuckDB; where Spark leaves
   * them to the cluster manager, those of a task.
   */
  private static long executorCores() {
    SparkContext context = SparkSession.active().sparkContext();
    SparkConf conf = context.conf();
    return context.isLocal()
        ? Math.min(context.defaultParallelism(), Runtime.getRuntime().availableProcessors())
        : conf.getInt("spark.executor.cores", conf.getInt("spark.task.cpus", 1));
  }
}

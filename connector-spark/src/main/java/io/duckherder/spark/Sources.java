package io.duckherder.spark;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.ClusterSource;
import io.duckherder.spark.source.EmbeddedSource;
import io.duckherder.spark.source.EngineSettings;
import io.duckherder.spark.source.ReadSource;
import java.util.OptionalLong;
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
    OptionalLong threads = options.positive(DuckherderOption.THREADS, MOST_THREADS);
    return new EmbeddedSource(
        options.required(DuckherderOption.PATH),
        settings(options, threads.orElse(taskCores())),
        settings(options, threads.orElse(executorCores())));
  }

  private static EngineSettings settings(DuckherderOptions options, long threads) {
    return new EngineSettings(
        options.value(DuckherderOption.MEMORY_LIMIT).orElse(DEFAULT_MEMORY_LIMIT),
        (int) threads,
        options.value(DuckherderOption.TEMP_DIRECTORY).orElse(""));
  }

  static PartitionTarget target(DuckherderOptions options) {
    int slots = SparkSession.active().sparkContext().defaultParallelism();
    return options.target(Math.max(1, slots));
  }

  /**
   * The cores of a task. Tasks that scan at once keep their cores busy; with more threads DuckDB
   * would put the batches of each back in order.
   */
  private static long taskCores() {
    return SparkSession.active().sparkContext().conf().getInt("spark.task.cpus", 1);
  }

  /**
   * The cores of each executor, for the one task of a read; where Spark leaves them to the cluster
   * manager, those of a task.
   */
  private static long executorCores() {
    SparkContext context = SparkSession.active().sparkContext();
    SparkConf conf = context.conf();
    return context.isLocal()
        ? Math.min(context.defaultParallelism(), Runtime.getRuntime().availableProcessors())
        : conf.getInt("spark.executor.cores", (int) taskCores());
  }
}

package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.benchmarks.report.Timings;
import io.duckherder.tpch.TpchDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads lineitem from every source, round by round, into Spark's {@code noop} sink. */
@Command(name = "read-benchmark", mixinStandardHelpOptions = true)
public final class ReadBenchmark implements Callable<Integer> {
  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(names = "--url", description = "URL of the cluster; without it, data is only generated.")
  private String url = "";

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(names = "--workloads", split = ",", description = "Which of: ${COMPLETION-CANDIDATES}.")
  private List<Workload> workloads = List.of(Workload.values());

  @Option(names = "--sources", split = ",", description = "Which of: ${COMPLETION-CANDIDATES}.")
  private List<ReadSource> sources = List.of(ReadSource.values());

  @Option(names = "--report", description = "File for the table, besides standard output.")
  private Path report = Path.of("");

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ReadBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    for (Workload workload : workloads) {
      if (!Files.exists(workload.database(data))) {
        say("Generating " + workload.database(data).getFileName());
        TpchDatabase.create(workload.database(data), workload.scale());
      }
    }
    if (url.isEmpty()) {
      return 0;
    }
    SparkSession spark =
        SparkSession.builder()
            .appName("read-benchmark")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    measure(spark);
    spark.stop();
    return 0;
  }

  private void measure(SparkSession spark) throws IOException {
    Map<Workload, Map<ReadSource, Timings>> results = new EnumMap<>(Workload.class);
    Map<Workload, Integer> partitions = new EnumMap<>(Workload.class);
    for (Workload workload : workloads) {
      writeParquet(spark, workload);
      int count =
          ReadSource.CLUSTER.lineitem(spark, workload, data, url, 1).rdd().getNumPartitions();
      partitions.put(workload, count);
      results.put(workload, measure(spark, workload, count));
    }
    ReadReport read = new ReadReport(results, partitions);
    read.groups().forEach(group -> RecordingFiles.leave(record, group));
    String table = read.markdown();
    System.out.println(table);
    if (!report.toString().isEmpty()) {
      Files.writeString(report, table);
    }
  }

  private Map<ReadSource, Timings> measure(SparkSession spark, Workload workload, int partitions) {
    Map<ReadSource, Timings> timings = new EnumMap<>(ReadSource.class);
    List<ReadSource> order = new ArrayList<>(sources);
    for (int round = 0; round <= rounds; round++) {
      for (ReadSource source : order) {
        double seconds = time(spark, source, workload, partitions);
        say("%s, round %d, %s: %.2f s".formatted(workload, round, source, seconds));
        // Round 0 warms up.
        if (round > 0) {
          timings.computeIfAbsent(source, key -> new Timings()).add(seconds);
        }
      }
      Collections.rotate(order, 1);
    }
    return timings;
  }

  private double time(SparkSession spark, ReadSource source, Workload workload, int partitions) {
    long start = System.nanoTime();
    Dataset<Row> rows = workload.apply(source.lineitem(spark, workload, data, url, partitions));
    rows.write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }

  private void writeParquet(SparkSession spark, Workload workload) {
    Path target = workload.parquet(data);
    if (!Files.exists(target)) {
      say("Writing " + target.getFileName());
      ReadSource.EMBEDDED
          .lineitem(spark, workload, data, url, 1)
          .write()
          .mode("overwrite")
          .parquet(target.toString());
    }
  }

  private static void say(String text) {
    System.err.println(text);
  }
}

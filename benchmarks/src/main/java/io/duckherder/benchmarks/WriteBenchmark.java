package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.benchmarks.report.Timings;
import io.duckherder.tpch.TpchDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Appends lineitem, which Spark holds in memory, to an empty table of every sink, in turns. JDBC
 * gets a share of the rows, since it takes minutes for all: its time is told as if all took as long
 * as these.
 */
@Command(name = "write-benchmark", mixinStandardHelpOptions = true)
public final class WriteBenchmark implements Callable<Integer> {
  private static final double OF_JDBC = 5;
  private static final double OF_PARQUET = 0.5;

  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(names = "--targets", required = true, description = "Folder to write into.")
  private Path folder = Path.of(".");

  @Option(names = "--url", required = true, description = "URL of a cluster to write to.")
  private String url = "";

  @Option(names = "--scale", description = "TPC-H scale factor (default: ${DEFAULT-VALUE}).")
  private int scale = 1;

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--jdbc-rounds",
      description = "Rounds of them with JDBC, which takes minutes (default: ${DEFAULT-VALUE}).")
  private int jdbcRounds = 1;

  @Option(
      names = "--jdbc-share",
      description =
          "Of how many rows JDBC appends one; rates are those of the rows that were (default: ${DEFAULT-VALUE}).")
  private int jdbcShare = 20;

  @Option(names = "--sinks", split = ",", description = "Which of: ${COMPLETION-CANDIDATES}.")
  private List<WriteSink> sinks = List.of(WriteSink.values());

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new WriteBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path database = data.resolve("tpch-sf%d.duckdb".formatted(scale));
    if (!Files.exists(database)) {
      System.err.println("Generating " + database.getFileName());
      TpchDatabase.create(database, scale);
    }
    WriteTargets.delete(folder);
    Files.createDirectories(folder);
    WriteTargets targets = new WriteTargets(folder, url);
    createFile(targets.embeddedFile());
    createFile(targets.jdbcFile());
    SparkSession spark =
        targets
            .configure(SparkSession.builder())
            .appName("write-benchmark")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    try {
      spark.sparkContext().setLogLevel("WARN");
      Dataset<Row> rows =
          TpchSource.file(spark, database, WriteSink.TABLE).persist(StorageLevel.MEMORY_ONLY());
      rows.count();
      Dataset<Row> share =
          rows.where("l_orderkey %% %d = 0".formatted(jdbcShare))
              .persist(StorageLevel.MEMORY_ONLY());
      report(measure(rows, share, targets));
      return 0;
    } finally {
      spark.stop();
      WriteTargets.delete(folder);
    }
  }

  private static void createFile(Path file) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      connection.getMetaData();
    }
  }

  private Map<WriteSink, Timings> measure(
      Dataset<Row> all, Dataset<Row> share, WriteTargets targets) throws Exception {
    long total = all.count();
    Map<WriteSink, Timings> timings = new EnumMap<>(WriteSink.class);
    List<WriteSink> order = new ArrayList<>(sinks);
    for (int round = 0; round <= rounds; round++) {
      for (WriteSink sink : order) {
        // Round 0 warms up.
        if (sink == WriteSink.JDBC && (round == 0 || round > jdbcRounds)) {
          continue;
        }
        Dataset<Row> rows = sink == WriteSink.JDBC ? share : all;
        long count = rows.count();
        sink.prepare(rows, targets);
        long start = System.nanoTime();
        sink.append(rows, targets);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.err.printf("Round %d, %s: %d rows, %.2f s%n", round, sink, count, seconds);
        long written = sink.count(rows.sparkSession(), targets);
        if (written != count) {
          throw new IllegalStateException("%s holds %d rows of %d".formatted(sink, written, count));
        }
        if (round > 0) {
          timings.computeIfAbsent(sink, key -> new Timings()).add(seconds * total / count);
        }
      }
      Collections.rotate(order, 1);
    }
    return timings;
  }

  private void report(Map<WriteSink, Timings> timings) {
    String name = "lineitem SF" + scale;
    List<Ratio> ratios = new ArrayList<>();
    for (WriteSink sink : List.of(WriteSink.CLUSTER, WriteSink.EMBEDDED)) {
      ratio(timings, WriteSink.JDBC, sink, OF_JDBC, ratios);
      ratio(timings, WriteSink.PARQUET, sink, OF_PARQUET, ratios);
    }
    RecordingFiles.leave(
        record,
        new MeasuredGroup(
            "spark-write",
            "Spark appends " + name,
            "s",
            timings.entrySet().stream()
                .map(entry -> entry.getValue().measurement(name, source(entry.getKey())))
                .toList(),
            ratios));
  }

  /** The name of a sink, with what its time is worked out from. */
  private String source(WriteSink sink) {
    return sink == WriteSink.JDBC && jdbcShare > 1
        ? "%s, worked out from 1 row of %d".formatted(sink.title(), jdbcShare)
        : sink.title();
  }

  private static void ratio(
      Map<WriteSink, Timings> timings,
      WriteSink other,
      WriteSink ours,
      double aim,
      List<Ratio> ratios) {
    if (timings.containsKey(other) && timings.containsKey(ours)) {
      ratios.add(
          new Ratio(
              "rate of %s to that of %s".formatted(ours.title(), other.title()),
              Objects.requireNonNull(timings.get(other)).median()
                  / Objects.requireNonNull(timings.get(ours)).median(),
              Ratio.Better.MORE,
              aim));
    }
  }
}

package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.tpch.TpchDatabase;
import io.duckherder.tpch.TpchQueries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.Dataset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the TPC-H queries through Spark over a DuckDB file, and over Parquet files of the same rows
 * that Spark wrote. Each round asks every query of every source, one after the other.
 */
@Command(name = "tpch-benchmark", mixinStandardHelpOptions = true)
public final class TpchBenchmark implements Callable<Integer> {
  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(names = "--scale", description = "TPC-H scale factor (default: ${DEFAULT-VALUE}).")
  private int scale = 1;

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(names = "--warm-up", description = "Rounds before (default: ${DEFAULT-VALUE}).")
  private int warmUp = 2;

  @Option(names = "--queries", split = ",", description = "Which queries (default: all).")
  private List<Integer> queries = IntStream.rangeClosed(1, TpchQueries.COUNT).boxed().toList();

  @Option(names = "--report", description = "File for the table, besides standard output.")
  private Path report = Path.of("");

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TpchBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path database = data.resolve("tpch-sf%d.duckdb".formatted(scale));
    if (!Files.exists(database)) {
      say("Generating " + database.getFileName());
      TpchDatabase.create(database, scale);
    }
    SparkSession spark =
        SparkSession.builder()
            .appName("tpch-benchmark")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    try {
      spark.sparkContext().setLogLevel("ERROR");
      return run(spark, database);
    } finally {
      spark.stop();
    }
  }

  private int run(SparkSession spark, Path database) throws IOException {
    Path parquet = TpchSource.writeParquet(spark, database);
    Map<TpchSource, SparkSession> sessions = new EnumMap<>(TpchSource.class);
    for (TpchSource source : TpchSource.values()) {
      sessions.put(source, source.session(spark, database, parquet));
    }
    boolean equal = compare(sessions);
    TpchReport result = new TpchReport(measure(sessions));
    RecordingFiles.leave(record, result.group(scale));
    String table = result.markdown();
    System.out.println(table);
    if (!report.toString().isEmpty()) {
      Files.writeString(report, table);
    }
    return equal ? 0 : 1;
  }

  private boolean compare(Map<TpchSource, SparkSession> sessions) {
    boolean equal = true;
    for (int query : queries) {
      Map<List<String>, List<TpchSource>> answers = new HashMap<>();
      sessions.forEach(
          (source, session) ->
              answers
                  .computeIfAbsent(TpchSource.answer(session, query), key -> new ArrayList<>())
                  .add(source));
      if (answers.size() > 1) {
        say("Query %d has other rows: %s".formatted(query, answers.values()));
        equal = false;
      }
    }
    return equal;
  }

  private Map<Integer, Map<TpchSource, TpchTimes>> measure(Map<TpchSource, SparkSession> sessions) {
    Map<Integer, Map<TpchSource, TpchTimes>> times = new TreeMap<>();
    List<TpchSource> order = new ArrayList<>(Arrays.asList(TpchSource.values()));
    for (int round = -warmUp; round < rounds; round++) {
      for (int query : queries) {
        Map<TpchSource, TpchTimes> ofQuery =
            times.computeIfAbsent(query, key -> new EnumMap<>(TpchSource.class));
        for (TpchSource source : order) {
          TpchTimes measured =
              round < 0 ? new TpchTimes() : ofQuery.computeIfAbsent(source, key -> new TpchTimes());
          measure(Objects.requireNonNull(sessions.get(source)), query, measured);
        }
        Collections.rotate(order, 1);
      }
      say("Round %d of %d is done".formatted(round + warmUp + 1, warmUp + rounds));
    }
    return times;
  }

  private static void measure(SparkSession session, int query, TpchTimes times) {
    long start = System.nanoTime();
    Dataset<?> rows = (Dataset<?>) session.sql(TpchQueries.sql(query));
    rows.queryExecution().executedPlan();
    long planned = System.nanoTime();
    rows.collectAsList();
    times.planning().add((planned - start) / 1e9);
    times.whole().add((System.nanoTime() - start) / 1e9);
  }

  private static void say(String text) {
    System.err.println(text);
  }
}

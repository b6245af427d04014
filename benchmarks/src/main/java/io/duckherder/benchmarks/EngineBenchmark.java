package io.duckherder.benchmarks;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.benchmarks.report.Timings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the queries of a suite on engines that people choose between: DuckDB by itself, a cluster
 * through Flight SQL, Spark over a DuckDB file, Spark over Parquet, Sail over Parquet. Each round
 * asks every query of all, one after the other.
 */
@Command(name = "engine-benchmark", mixinStandardHelpOptions = true)
public final class EngineBenchmark implements Callable<Integer> {
  @Option(names = "--suite", required = true, description = "One of: ${COMPLETION-CANDIDATES}.")
  private QuerySuite suite = QuerySuite.TPCH;

  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(
      names = "--cluster",
      description =
          "HOST:PORT of a cluster that serves the suite's file; without it, data is only generated.")
  private String cluster = "";

  @Option(names = "--sail", arity = "2", description = "A Python with pysail, and peers/sail.py.")
  private List<Path> sail = List.of();

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(names = "--warm-up", description = "Rounds before (default: ${DEFAULT-VALUE}).")
  private int warmUp = 2;

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new EngineBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path database = suite.database(data);
    if (cluster.isEmpty()) {
      return 0;
    }
    List<Engine> engines = new ArrayList<>();
    try {
      String schema = "\"" + suite.id() + "\".main";
      engines.add(JdbcEngine.duckdb(database));
      engines.add(JdbcEngine.cluster(cluster, schema, "auto"));
      engines.add(JdbcEngine.cluster(cluster, schema, "distributed"));
      if (suite.isForSpark()) {
        addSpark(database, engines);
      }
      report(measure(engines));
      return 0;
    } finally {
      for (Engine engine : engines) {
        engine.close();
      }
      SparkSession.getActiveSession()
          .foreach(
              session -> {
                session.stop();
                return session;
              });
    }
  }

  private void addSpark(Path database, List<Engine> engines) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .appName("engine-benchmark")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Path parquet = TpchSource.writeParquet(spark, database);
    for (TpchSource source : List.of(TpchSource.DUCKHERDER_JOINS, TpchSource.PARQUET)) {
      SparkSession session = source.session(spark, database, parquet);
      engines.add(new SparkEngine("Spark, " + source.title(), session));
    }
    if (!sail.isEmpty()) {
      engines.add(SailEngine.start(sail.get(0), sail.get(1), parquet));
    }
  }

  private Map<Engine, Map<Integer, Timings>> measure(List<Engine> engines) throws Exception {
    Map<Engine, Map<Integer, Timings>> times = new LinkedHashMap<>();
    engines.forEach(engine -> times.put(engine, new TreeMap<>()));
    List<Engine> order = new ArrayList<>(engines);
    for (int round = -warmUp; round < rounds; round++) {
      for (int query : queries()) {
        long expected = -1;
        for (Engine engine : order) {
          long start = System.nanoTime();
          long rows = engine.run(suite.sql(query));
          double seconds = (System.nanoTime() - start) / 1e9;
          if (expected >= 0 && rows != expected) {
            throw new IllegalStateException(
                "%s gave %d rows for query %d, not %d"
                    .formatted(engine.title(), rows, query, expected));
          }
          expected = rows;
          if (round >= 0) {
            Objects.requireNonNull(times.get(engine))
                .computeIfAbsent(query, key -> new Timings())
                .add(seconds);
          }
        }
        Collections.rotate(order, 1);
      }
      System.err.printf("Round %d of %d is done%n", round + warmUp + 1, warmUp + rounds);
    }
    return times;
  }

  private int[] queries() {
    return IntStream.rangeClosed(1, suite.count()).toArray();
  }

  private void report(Map<Engine, Map<Integer, Timings>> times) {
    List<Measurement> totals = new ArrayList<>();
    Map<String, Double> medians = new LinkedHashMap<>();
    times.forEach(
        (engine, ofEngine) -> {
          Measurement total = total(engine.title(), List.copyOf(ofEngine.values()));
          totals.add(total);
          medians.put(engine.title(), total.median());
        });
    List<Ratio> ratios = new ArrayList<>();
    medians.forEach(
        (title, median) -> {
          if (title.contains("duckherder")) {
            medians.forEach(
                (other, theirs) -> {
                  if (!other.contains("duckherder")) {
                    ratios.add(
                        new Ratio(
                            "time of %s to that of %s".formatted(title, other),
                            median / theirs,
                            Ratio.Better.LESS));
                  }
                });
          }
        });
    RecordingFiles.leave(
        record, new MeasuredGroup("engines-" + suite.id(), suite.title(), "s", totals, ratios));
    totals.forEach(
        total ->
            System.out.printf(
                Locale.ROOT,
                "%s: %.2f s (%.2f to %.2f)%n",
                total.source(),
                total.median(),
                total.least(),
                total.greatest()));
  }

  /** All queries together: the sum of their medians, of their least and of their greatest times. */
  private Measurement total(String title, List<Timings> queries) {
    return new Measurement(
        "%d queries".formatted(queries.size()),
        title,
        queries.stream().mapToDouble(Timings::median).sum(),
        queries.stream().mapToDouble(Timings::least).sum(),
        queries.stream().mapToDouble(Timings::greatest).sum());
  }
}

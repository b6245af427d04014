package io.duckherder.cluster.demo;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.cluster.client.RowSource;
import io.duckherder.cluster.local.LocalCluster;
import io.duckherder.cluster.local.LocalClusterConfig;
import io.duckherder.cluster.local.LocalResources;
import io.duckherder.cluster.local.StateDirectory;
import io.duckherder.cluster.managed.ManagedConfig;
import io.duckherder.cluster.sql.QueryConfig;
import io.duckherder.tpch.TpchDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes TPC-H data, starts a cluster of one driver and two workers, asks it and Spark the same
 * queries, and holds every answer against DuckDB's own.
 */
public final class Demo {
  private static final int WORKERS = 2;
  private static final int ROWS_SHOWN = 10;
  private static final double NANOS = 1e9;

  private final DemoConsole console;
  private final Path directory;
  private final String mainClass;
  private final DemoReport report = new DemoReport();

  /**
   * @param directory where data and state go; the caller's to delete
   * @param mainClass what a worker process runs
   */
  Demo(DemoConsole console, Path directory, String mainClass) {
    this.console = console;
    this.directory = directory;
    this.mainClass = mainClass;
  }

  /**
   * Runs it.
   *
   * @param spark how to run Spark, absent to leave Spark out
   * @return 0 if all answers equal DuckDB's own, else 1
   */
  int run(double scale, Optional<SparkLauncher> spark) throws IOException, InterruptedException {
    Path file = directory.resolve("tpch.duckdb");
    generate(file, scale);
    askDuckDB(file);
    StateDirectory state = StateDirectory.of(directory.resolve("state"));
    console.heading("Starting a driver and %d workers, each a process".formatted(WORKERS));
    try (LocalCluster cluster = LocalCluster.start(config(file), state, mainClass)) {
      Thread stop = new Thread(cluster::close, "duckherder-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        console.line(
            "  driver (pid %d) at %s".formatted(ProcessHandle.current().pid(), cluster.url()));
        cluster.workers().forEach(worker -> console.line("  " + worker));
        askCluster(cluster.url());
        if (spark.isPresent()) {
          askSpark(spark.get(), file, cluster.url());
        }
        console.heading("Stopping the cluster");
      } finally {
        Runtime.getRuntime().removeShutdownHook(stop);
      }
    }
    report.print(console);
    return report.exitStatus();
  }

  private void generate(Path file, double scale) throws IOException {
    console.heading(String.format(Locale.ROOT, "Generating TPC-H, scale factor %s", scale));
    long began = System.nanoTime();
    TpchDatabase.create(file, scale, (done, expected) -> console.progress("rows", done, expected));
    console.line(
        String.format(
            Locale.ROOT,
            "  %s, %,d MB, in %.1f s",
            file,
            Files.size(file) / 1_000_000,
            seconds(began)));
  }

  private void askDuckDB(Path file) {
    try (DuckDBOracle oracle = DuckDBOracle.open(file)) {
      for (DemoQuery query : DemoQuery.ALL) {
        long began = System.nanoTime();
        Answer answer = oracle.answer(query.sql());
        report.expect(query, answer, Duration.ofNanos(System.nanoTime() - began));
      }
    }
  }

  private void askCluster(String url) {
    try (ClusterClient client = ClusterClient.connect(url, Optional.empty())) {
      for (DemoQuery query : DemoQuery.ALL) {
        console.heading("Flight SQL, " + query.title());
        console.line(query.sql().indent(2).stripTrailing());
        long began = System.nanoTime();
        try (RowSource rows = client.query(query.sql())) {
          Answer answer = Answer.of(rows);
          Duration time = Duration.ofNanos(System.nanoTime() - began);
          console.table(answer, ROWS_SHOWN);
          tell(report.check(query, "Flight SQL", answer, time), answer, time);
        }
      }
    }
  }

  private void askSpark(SparkLauncher launcher, Path file, String url)
      throws IOException, InterruptedException {
    console.heading("Spark: spark.read.format(\"duckherder\"), embedded and on the cluster");
    console.line("  spark-submit starts, in its own process");
    SparkRun run =
        SparkRun.run(
            launcher, file, url, Files.createDirectories(directory.resolve("spark")), console);
    for (String mode : List.of("embedded", "cluster")) {
      for (DemoQuery query : DemoQuery.ALL) {
        console.heading("Spark %s, %s".formatted(mode, query.title()));
        Answer answer = run.answer(mode, query);
        Duration time = run.time(mode, query);
        console.table(answer, ROWS_SHOWN);
        tell(report.check(query, "Spark, " + mode, answer, time), answer, time);
      }
    }
  }

  private void tell(Optional<String> difference, Answer answer, Duration time) {
    String verdict =
        difference
            .map(why -> console.bad("differs from DuckDB alone: " + why))
            .orElse(console.good("same as DuckDB alone"));
    console.line(
        String.format(
            Locale.ROOT,
            "  %,d rows in %.2f s, %s",
            answer.rows().size(),
            time.toNanos() / NANOS,
            verdict));
  }

  private static LocalClusterConfig config(Path file) {
    return new LocalClusterConfig(
        "127.0.0.1",
        0,
        Optional.empty(),
        Map.of("tpch", file),
        ManagedConfig.NONE,
        Optional.empty(),
        LocalResources.of(WORKERS, Optional.empty(), Optional.empty()),
        List.of(),
        QueryConfig.DEFAULT);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / NANOS;
  }
}

package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.MeasuredGroup;
import io.duckherder.benchmarks.report.Measurement;
import io.duckherder.benchmarks.report.Ratio;
import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.cluster.local.LogFiles;
import io.duckherder.tpch.TpchDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks a cluster small queries, and an empty Flight SQL server the same, in turns: one client query
 * by query, then many clients for slices of time.
 */
@Command(name = "latency-benchmark", mixinStandardHelpOptions = true)
public final class LatencyBenchmark implements Callable<Integer> {
  private static final int TURN = 100;
  private static final double AIM_OF_RATE = 0.7;

  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(names = "--scale", description = "TPC-H scale factor (default: ${DEFAULT-VALUE}).")
  private int scale = 3;

  @Option(
      names = "--turns",
      description = "Turns of 100 queries, of one client (default: ${DEFAULT-VALUE}).")
  private int turns = 20;

  @Option(names = "--clients", description = "Clients at once (default: ${DEFAULT-VALUE}).")
  private int clients = 32;

  @Option(
      names = "--seconds",
      description = "How long the clients ask each server (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(names = "--slice", description = "Seconds of a turn (default: ${DEFAULT-VALUE}).")
  private int slice = 10;

  @Option(
      names = "--warm-up",
      description = "Seconds of many clients at each server before anything is measured.")
  private int warmUp = 20;

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  private final List<Measurement> rows = new ArrayList<>();
  private final List<Ratio> ratios = new ArrayList<>();

  public static void main(String[] arguments) {
    LogFiles.toStandardError();
    System.exit(new CommandLine(new LatencyBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path file = data.resolve("tpch-sf%d.duckdb".formatted(scale));
    if (!Files.exists(file)) {
      System.err.println("Generating " + file.getFileName());
      TpchDatabase.create(file, scale);
    }
    Path state = data.resolve("latency");
    List<String> start =
        List.of(
            "start",
            "--port=0",
            "--workers=2",
            "--worker-threads=1",
            "--state-dir=" + state.resolve("cluster"),
            "--database=tpch=" + file);
    try (BufferAllocator allocator = new RootAllocator();
        ServerProcess cluster =
            ServerProcess.start("io.duckherder.cluster.cli.DuckherderCluster", start)) {
      Path answers = state.resolve("answers");
      try (QueryClient client = new QueryClient(cluster.url(), allocator)) {
        recordAnswers(client, new AnswerFiles(answers));
      }
      try (ServerProcess empty =
          ServerProcess.start(EmptyServer.class.getName(), List.of(answers.toString()))) {
        measure(cluster, empty, allocator);
      }
    }
    String title = "Small queries through Flight SQL, median latency";
    RecordingFiles.leave(record, new MeasuredGroup("latency", title, "ms", rows, ratios));
    return 0;
  }

  private void recordAnswers(QueryClient client, AnswerFiles files) throws Exception {
    for (SmallQuery query : SmallQuery.values()) {
      try (FlightStream stream = client.open(query.sql(scale))) {
        files.write(query, stream);
      }
    }
  }

  private void measure(ServerProcess cluster, ServerProcess empty, BufferAllocator allocator)
      throws Exception {
    try (ManyClients ofCluster = new ManyClients(cluster, clients, scale, allocator);
        ManyClients ofEmpty = new ManyClients(empty, clients, scale, allocator)) {
      ofCluster.run(warmUp);
      ofEmpty.run(warmUp);
      measureOne(cluster, empty, allocator);
      measureMany(ofCluster, ofEmpty);
    }
  }

  private void measureOne(ServerProcess cluster, ServerProcess empty, BufferAllocator allocator)
      throws Exception {
    head("1 client", "p50 x empty's");
    print("|%n");
    try (QueryClient one = new QueryClient(cluster.url(), allocator);
        QueryClient other = new QueryClient(empty.url(), allocator)) {
      for (SmallQuery query : SmallQuery.values()) {
        ask(cluster, one, query);
        ask(empty, other, query);
        Measured ofCluster = Measured.nothing();
        Measured ofEmpty = Measured.nothing();
        for (int turn = 0; turn < turns; turn++) {
          ofCluster = ofCluster.plus(ask(cluster, one, query));
          ofEmpty = ofEmpty.plus(ask(empty, other, query));
        }
        row(query.toString(), ofCluster, ofEmpty);
        double ratio = ofCluster.latencies().millis(0.5) / ofEmpty.latencies().millis(0.5);
        print(" %.2f |%n", ratio);
        ratios.add(
            new Ratio(
                query + ", cluster to an empty server", ratio, Ratio.Better.LESS, query.aim()));
      }
    }
  }

  private Measured ask(ServerProcess server, QueryClient client, SmallQuery query)
      throws Exception {
    double cpu = server.cpuSeconds();
    Latencies latencies = new Latencies();
    for (int i = 0; i < TURN; i++) {
      String sql = query.sql(scale);
      long start = System.nanoTime();
      client.run(sql);
      latencies.add(System.nanoTime() - start);
    }
    return new Measured(latencies, server.cpuSeconds() - cpu);
  }

  private void measureMany(ManyClients ofCluster, ManyClients ofEmpty) throws Exception {
    Measured cluster = Measured.nothing();
    Measured empty = Measured.nothing();
    for (int done = 0; done < seconds; done += slice) {
      cluster = cluster.plus(ofCluster.run(slice));
      empty = empty.plus(ofEmpty.run(slice));
    }
    head("%d clients".formatted(clients), "cluster queries/s | empty queries/s | rate x empty's");
    print("|---|---|%n");
    row("mix for %d s".formatted(seconds), cluster, empty);
    double rate = (double) cluster.latencies().count() / seconds;
    double emptyRate = (double) empty.latencies().count() / seconds;
    print(" %.0f | %.0f | %.2f |%n", rate, emptyRate, rate / emptyRate);
    ratios.add(
        new Ratio(
            "rate with %d clients, cluster to an empty server".formatted(clients),
            rate / emptyRate,
            Ratio.Better.MORE,
            AIM_OF_RATE));
  }

  private static void head(String first, String last) {
    print("%n| %s | cluster p50 ms | p95 | CPU ms | empty p50 ms | p95 | CPU ms", first);
    print(" | %s |%n|---|---|---|---|---|---|---|---", last);
  }

  private void row(String name, Measured cluster, Measured empty) {
    rows.add(measurement(name, "cluster", cluster.latencies()));
    rows.add(measurement(name, "empty server", empty.latencies()));
    print("| %s |", name);
    for (Measured measured : List.of(cluster, empty)) {
      Latencies latencies = measured.latencies();
      print(" %.2f | %.2f |", latencies.millis(0.5), latencies.millis(0.95));
      print(" %.2f |", measured.cpuMillis());
    }
  }

  private static Measurement measurement(String name, String source, Latencies latencies) {
    return new Measurement(
        name, source, latencies.millis(0.5), latencies.millis(0.05), latencies.millis(0.95));
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}

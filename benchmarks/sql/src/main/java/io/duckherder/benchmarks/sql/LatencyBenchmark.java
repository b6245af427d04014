package io.duckherder.benchmarks.sql;

import io.duckherder.cluster.local.LogFiles;
import io.duckherder.tpch.TpchDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
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
        measure(cluster.url(), empty.url(), allocator);
      }
    }
    return 0;
  }

  private void recordAnswers(QueryClient client, AnswerFiles files) throws Exception {
    for (SmallQuery query : SmallQuery.values()) {
      try (FlightStream stream = client.open(query.sql(scale))) {
        files.write(query, stream);
      }
    }
  }

  private void measure(String cluster, String empty, BufferAllocator allocator) throws Exception {
    try (ManyClients ofCluster = new ManyClients(cluster, clients, scale, allocator);
        ManyClients ofEmpty = new ManyClients(empty, clients, scale, allocator)) {
      ofCluster.run(warmUp);
      ofEmpty.run(warmUp);
      measureOne(cluster, empty, allocator);
      measureMany(ofCluster, ofEmpty);
    }
  }

  private void measureOne(String cluster, String empty, BufferAllocator allocator)
      throws Exception {
    print("%n| 1 client | cluster p50 ms | p95 | empty p50 ms | p95 | p50 x empty's |%n");
    print("|---|---|---|---|---|---|%n");
    try (QueryClient one = new QueryClient(cluster, allocator);
        QueryClient other = new QueryClient(empty, allocator)) {
      for (SmallQuery query : SmallQuery.values()) {
        ask(one, query);
        ask(other, query);
        Latencies ofCluster = new Latencies();
        Latencies ofEmpty = new Latencies();
        for (int turn = 0; turn < turns; turn++) {
          ofCluster.addAll(ask(one, query));
          ofEmpty.addAll(ask(other, query));
        }
        row(query.toString(), "%.2f", ofCluster, ofEmpty);
        print(" %.2f |%n", ofCluster.millis(0.5) / ofEmpty.millis(0.5));
      }
    }
  }

  private Latencies ask(QueryClient client, SmallQuery query) throws Exception {
    Latencies latencies = new Latencies();
    for (int i = 0; i < TURN; i++) {
      String sql = query.sql(scale);
      long start = System.nanoTime();
      client.run(sql);
      latencies.add(System.nanoTime() - start);
    }
    return latencies;
  }

  private void measureMany(ManyClients ofCluster, ManyClients ofEmpty) throws Exception {
    Latencies cluster = new Latencies();
    Latencies empty = new Latencies();
    for (int done = 0; done < seconds; done += slice) {
      cluster.addAll(ofCluster.run(slice));
      empty.addAll(ofEmpty.run(slice));
    }
    print("%n| %d clients | cluster p50 ms | p95 | empty p50 ms | p95 |", clients);
    print(" cluster queries/s | empty queries/s | rate x empty's |%n");
    print("|---|---|---|---|---|---|---|---|%n");
    row("mix for %d s".formatted(seconds), "%.1f", cluster, empty);
    double rate = (double) cluster.count() / seconds;
    double emptyRate = (double) empty.count() / seconds;
    print(" %.0f | %.0f | %.2f |%n", rate, emptyRate, rate / emptyRate);
  }

  private static void row(String name, String number, Latencies cluster, Latencies empty) {
    String cell = " " + number + " |";
    print("| %s |", name);
    print(
        cell.repeat(4),
        cluster.millis(0.5),
        cluster.millis(0.95),
        empty.millis(0.5),
        empty.millis(0.95));
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}

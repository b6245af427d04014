package io.duckherder.benchmarks.sql;

import io.duckherder.benchmarks.report.RecordingFiles;
import io.duckherder.cluster.local.LogFiles;
import io.duckherder.tpch.TpchDatabase;
import io.duckherder.tpch.TpchQueries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the TPC-H queries on a cluster of two workers with one thread, each on a core of its own,
 * and beside it on one DuckDB with one thread on one core, and on one with two threads on both.
 * Each round asks all three each query, one after the other.
 */
@Command(name = "distributed-benchmark", mixinStandardHelpOptions = true)
public final class DistributedBenchmark implements Callable<Integer> {
  private static final int WORKERS = 2;

  @Option(names = "--data", required = true, description = "Folder of the generated data.")
  private Path data = Path.of(".");

  @Option(names = "--state", required = true, description = "Folder for the cluster's state.")
  private Path state = Path.of(".");

  @Option(names = "--scale", description = "TPC-H scale factor (default: ${DEFAULT-VALUE}).")
  private int scale = 3;

  @Option(names = "--rounds", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(names = "--warm-up", description = "Rounds before (default: ${DEFAULT-VALUE}).")
  private int warmUp = 5;

  @Option(names = "--queries", split = ",", description = "Which queries (default: all).")
  private List<Integer> queries = IntStream.rangeClosed(1, TpchQueries.COUNT).boxed().toList();

  @Option(names = "--report", description = "File for the table, besides standard output.")
  private Path report = Path.of("");

  @Option(names = "--record", description = "Folder for what was measured, as JSON.")
  private Path record = Path.of("");

  public static void main(String[] arguments) {
    LogFiles.toStandardError();
    // What is given again wins: the script gives folders of its own first.
    CommandLine command = new CommandLine(new DistributedBenchmark());
    System.exit(command.setOverwrittenOptionsAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path file = data.resolve("tpch-sf%d.duckdb".formatted(scale));
    if (!Files.exists(file)) {
      say("Generating " + file.getFileName());
      TpchDatabase.create(file, scale);
    }
    try (BufferAllocator allocator = new RootAllocator();
        SingleContender one = SingleContender.start(file, 1, "0");
        SingleContender two = SingleContender.start(file, 2, "0,1");
        ClusterContender cluster = ClusterContender.start(file, WORKERS, state, allocator)) {
      boolean equal = compare(one, cluster);
      String table = measure(one, two, cluster);
      System.out.println(table);
      if (!report.toString().isEmpty()) {
        Files.writeString(report, table);
      }
      return equal ? 0 : 1;
    }
  }

  private boolean compare(Contender single, Contender cluster) throws Exception {
    boolean equal = true;
    for (int query : queries) {
      AnswerDigest expected = single.answer(query);
      AnswerDigest actual = cluster.answer(query);
      if (!actual.equals(expected)) {
        say("Query %d: the cluster's %s is not the single's %s".formatted(query, actual, expected));
        equal = false;
      }
    }
    return equal;
  }

  private String measure(SingleContender one, SingleContender two, ClusterContender cluster)
      throws Exception {
    Map<Contender, Map<Integer, QueryCosts>> costs = new HashMap<>();
    List<Contender> order = new ArrayList<>(List.of(one, two, cluster));
    order.forEach(contender -> costs.put(contender, new TreeMap<>()));
    for (int round = -warmUp; round < rounds; round++) {
      for (int query : queries) {
        for (Contender contender : order) {
          QueryCost cost = contender.run(query);
          if (round >= 0) {
            costs(costs, contender, query).add(cost);
          }
        }
        Collections.rotate(order, 1);
      }
      say("Round %d of %d is done".formatted(round + warmUp + 1, warmUp + rounds));
    }
    DistributedReport table = new DistributedReport(WORKERS);
    for (int query : queries) {
      table.add(
          query,
          costs(costs, one, query),
          costs(costs, two, query),
          costs(costs, cluster, query),
          cluster.execution(query));
    }
    RecordingFiles.leave(record, table.group(scale));
    return table.markdown();
  }

  private static QueryCosts costs(
      Map<Contender, Map<Integer, QueryCosts>> all, Contender contender, int query) {
    return Objects.requireNonNull(all.get(contender))
        .computeIfAbsent(query, key -> new QueryCosts());
  }

  private static void say(String text) {
    System.err.println(text);
  }
}

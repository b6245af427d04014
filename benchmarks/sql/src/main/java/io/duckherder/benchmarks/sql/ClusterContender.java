package io.duckherder.benchmarks.sql;

import io.duckherder.cluster.client.CellReader;
import io.duckherder.sql.SqlText;
import io.duckherder.tpch.TpchQueries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of workers with one thread, each pinned to a core of its own, and a driver with one
 * thread; asked by one session that has all queries distributed.
 */
final class ClusterContender implements Contender {
  private final ServerProcess driver;
  private final List<ProcessHandle> workers;
  private final FlightSqlClient client;

  private ClusterContender(ServerProcess driver, FlightSqlClient client) {
    this.driver = driver;
    this.workers = driver.children();
    this.client = client;
  }

  /** Starts a cluster. */
  static ClusterContender start(Path database, int workers, Path state, BufferAllocator allocator)
      throws Exception {
    List<String> start =
        List.of(
            "start",
            "--port=0",
            "--workers=" + workers,
            "--worker-threads=1",
            "--state-dir=" + state,
            "--database=tpch=" + database);
    // A JVM that sees one core gives DuckDB one thread, and its workers see no more.
    ServerProcess driver =
        ServerProcess.start(
            "io.duckherder.cluster.cli.DuckherderCluster",
            start,
            List.of("-XX:ActiveProcessorCount=1"));
    FlightClient flight =
        FlightClient.builder(allocator, new Location(driver.url()))
            .intercept(new ClientCookieMiddleware.Factory())
            .build();
    ClusterContender cluster = new ClusterContender(driver, new FlightSqlClient(flight));
    try {
      for (int i = 0; i < workers; i++) {
        ProcessorTime.pin(cluster.workers.get(i), String.valueOf(i));
      }
      // The first answer brings the session's cookie.
      cluster.rows("SELECT 1", root -> {});
      cluster.rows("SET duckherder_execution = 'distributed'", root -> {});
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public QueryCost run(int query) throws Exception {
    double cpu = driver.cpuSeconds();
    double workerCpu = workerCpuSeconds();
    long start = System.nanoTime();
    rows(TpchQueries.sql(query), root -> {});
    double seconds = (System.nanoTime() - start) / 1e9;
    return new QueryCost(seconds, driver.cpuSeconds() - cpu, workerCpuSeconds() - workerCpu);
  }

  @Override
  public AnswerDigest answer(int query) throws Exception {
    AnswerDigest digest = AnswerDigest.EMPTY;
    for (List<@Nullable Object> row : rows(TpchQueries.sql(query))) {
      digest = digest.plus(row);
    }
    return digest;
  }

  /** How the cluster ran a query since it was started. */
  Execution execution(int query) throws Exception {
    String text = TpchQueries.sql(query);
    String statistics =
        "SELECT min(num_workers_used), max(num_tasks_generated), median(planning_ms)"
            + " FROM duckherder_get_query_execution_stats() WHERE sql = "
            + SqlText.literal(text);
    List<@Nullable Object> run = rows(statistics).get(0);
    String plan = String.valueOf(rows("EXPLAIN " + text).get(0).get(1));
    return new Execution(
        plan.lines().filter(line -> line.startsWith("Stage ")).count(),
        number(run.get(0)).longValue(),
        number(run.get(1)).longValue(),
        number(run.get(2)).doubleValue());
  }

  private static Number number(@Nullable Object value) {
    return (Number) Objects.requireNonNull(value);
  }

  /**
   * How a query ran.
   *
   * @param workers workers whose rows were used, at least
   * @param planningMillis the median
   */
  record Execution(long stages, long workers, long tasks, double planningMillis) {}

  private List<List<@Nullable Object>> rows(String sql) throws Exception {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    rows(
        sql,
        root -> {
          for (int i = 0; i < root.getRowCount(); i++) {
            List<@Nullable Object> row = new ArrayList<>();
            for (FieldVector vector : root.getFieldVectors()) {
              row.add(CellReader.read(vector, i));
            }
            rows.add(row);
          }
        });
    return rows;
  }

  private void rows(String sql, Consumer<VectorSchemaRoot> onBatch) throws Exception {
    FlightInfo info = client.execute(sql);
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      while (stream.next()) {
        onBatch.accept(stream.getRoot());
      }
    }
  }

  private double workerCpuSeconds() {
    return workers.stream().mapToDouble(ProcessorTime::seconds).sum();
  }

  @Override
  public void close() throws Exception {
    try {
      client.close();
    } finally {
      driver.close();
    }
  }
}

package io.duckherder.cluster.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.WorkerProcess;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.QueryPlan;
import io.duckherder.plan.ResultAssembly;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.Stage;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.ClientPool;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.server.WorkerServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A scheduler over real workers: the cluster's membership and sockets, plans that the tests write.
 * Closing it asserts that nothing is left.
 */
final class ScheduledCluster implements AutoCloseable {
  private final ClusterRunner cluster;
  private final Path spill;
  private final Snapshot snapshot;
  private final BufferAllocator allocator = new RootAllocator();
  private final ClientPool clients = new ClientPool(allocator, Optional.empty());
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final List<WorkerServer> servers = new ArrayList<>();
  private final DuckDBEngine engine;
  private final TaskScheduler scheduler;

  ScheduledCluster(Path directory, Path file, int workers) {
    this(directory, file, workers, Duration.ofSeconds(3));
  }

  ScheduledCluster(Path directory, Path file, int workers, Duration workerTimeout) {
    this.spill = directory.resolve("scheduler-spill");
    this.cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("db", file)
            .workers(0)
            .workerTimeout(workerTimeout)
            .build();
    for (int i = 1; i <= workers; i++) {
      servers.add(cluster.startWorker("w" + i));
    }
    this.snapshot = new Snapshot(Map.of("db", DuckDBEngine.identify(file)));
    this.engine = new DuckDBEngine(ClusterRunner.engine(spill), allocator);
    this.scheduler =
        new TaskScheduler(
            new TaskScheduler.Parts(
                cluster.driver().membership(),
                new TicketCodec(ClusterKey.derive(ClusterRunner.secret()), Clock.systemUTC()),
                Duration.ofMinutes(1),
                clients,
                engine,
                executor,
                allocator),
            ClusterRunner.secret());
  }

  /** A worker in this process, from 0. */
  WorkerServer server(int number) {
    return servers.get(number);
  }

  /** Starts a worker in a process of its own; the caller's to close, before this. */
  WorkerProcess startProcess(String id) throws IOException {
    return WorkerProcess.start(id, cluster.driver().port(), spill.resolveSibling(id));
  }

  /** Starts a plan whose answer looks like that of a statement. */
  BatchStream open(QueryPlan plan, String like, TaskListener listener) {
    return scheduler.open(
        plan,
        new QueryContext(
            UUID.randomUUID().toString(),
            snapshot,
            SessionSettings.DEFAULT,
            schema(like),
            listener));
  }

  private Schema schema(String sql) {
    try (EngineConnection connection = engine.connect(snapshot, SessionSettings.DEFAULT)) {
      return engine.schema(connection, sql);
    }
  }

  /** Rows as text. */
  static List<List<String>> rows(BatchStream stream) {
    List<List<String>> rows = new ArrayList<>();
    while (stream.next()) {
      for (int row = 0; row < stream.root().getRowCount(); row++) {
        List<String> values = new ArrayList<>();
        for (FieldVector column : stream.root().getFieldVectors()) {
          values.add(String.valueOf(column.getObject(row)));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  /** The answer of one DuckDB. */
  List<List<String>> oracle(String sql) {
    EngineConnection connection = engine.connect(snapshot, SessionSettings.DEFAULT);
    try (connection;
        BatchStream stream = engine.stream(connection, sql)) {
      return rows(stream);
    }
  }

  List<List<String>> rows(QueryPlan plan, String like) {
    try (BatchStream stream = open(plan, like, report -> {})) {
      return rows(stream);
    }
  }

  /** A plan of one stage with a task for each range. */
  static QueryPlan plan(
      String sql, List<RowRange> ranges, boolean ordered, ResultAssembly assembly) {
    List<Stage.Task> tasks =
        ranges.stream()
            .map(range -> new Stage.Task(sql, Optional.of(range), OptionalInt.empty(), ordered))
            .toList();
    return plan(
        List.of(new Stage(0, "scan", List.of(), tasks, List.<ResultColumn>of(), false, true)),
        assembly);
  }

  static QueryPlan plan(List<Stage> stages, ResultAssembly assembly) {
    return new QueryPlan(List.of(), stages, assembly, Optional.empty(), OptionalLong.empty(), 0);
  }

  /** Ranges of equal size, the last one open. */
  static List<RowRange> ranges(int count, long size) {
    List<RowRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(new RowRange(i * size, i == count - 1 ? Long.MAX_VALUE : (i + 1) * size));
    }
    return ranges;
  }

  /** The condition by which a task's SQL keeps to its range. */
  static String inRange() {
    return "rowid >= getvariable('duckherder_first_row')"
        + " AND rowid < getvariable('duckherder_end_row')";
  }

  @Override
  public void close() throws Exception {
    scheduler.close();
    executor.shutdown();
    assertThat(executor.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    assertThat(engine.exchange().queries()).isZero();
    clients.close();
    awaitNothingKept();
    engine.close();
    long left = allocator.getAllocatedMemory();
    allocator.close();
    cluster.close();
    assertThat(left).isZero();
    assertThat(files(spill)).isEmpty();
  }

  /** A worker drops what it keeps once what it runs has stopped, which nothing signals. */
  private void awaitNothingKept() {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (servers.stream().anyMatch(server -> server.queries() > 0)) {
      assertThat(System.nanoTime()).as("queries left on workers").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}

package io.duckherder.worker.server;

import io.duckherder.plan.Fragment;
import io.duckherder.plan.FragmentInput;
import io.duckherder.plan.FragmentInput.Source;
import io.duckherder.plan.FragmentOutput;
import io.duckherder.plan.ResultColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.OutputStatistics;
import io.duckherder.wire.TicketStream;
import io.duckherder.wire.WorkerHealth;
import io.duckherder.worker.engine.EngineConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Two workers over real sockets that exchange rows, and whoever tells them to. */
final class ExchangeFixture implements AutoCloseable {
  private static final String SECRET = "a secret of this test";

  final BufferAllocator allocator = new RootAllocator();
  final ClientPool clients = new ClientPool(allocator, Optional.empty());
  final Snapshot snapshot;
  final WorkerServer first;
  final WorkerServer second;
  private final Path folder;
  private final TicketCodec tickets = new TicketCodec(ClusterKey.derive(SECRET), Clock.systemUTC());

  ExchangeFixture(Path folder) {
    this(folder, "512MiB", Duration.ofMinutes(15));
  }

  ExchangeFixture(Path folder, String memory, Duration exchangeTimeout) {
    this.folder = folder;
    this.snapshot = new Snapshot(Map.of("db", DatabaseFiles.identify(write(folder))));
    this.first = start("w1", memory, exchangeTimeout);
    this.second = start("w2", memory, exchangeTimeout);
  }

  Path spill(String worker) {
    return folder.resolve(worker);
  }

  /** Runs a fragment that keeps its rows. */
  OutputStatistics keep(
      WorkerServer worker, String query, String table, String sql, FragmentInput... inputs) {
    try (TicketStream stream = open(worker, keeping(query, table, sql, inputs))) {
      if (!stream.next()) {
        throw new AssertionError("no statistics");
      }
      OutputStatistics statistics = OutputStatistics.read(stream.root());
      if (stream.next()) {
        throw new AssertionError("more than one row");
      }
      return statistics;
    }
  }

  /** Runs a fragment whose rows come here, as text. */
  List<String> read(WorkerServer worker, String query, String sql, FragmentInput... inputs) {
    List<String> rows = new ArrayList<>();
    try (TicketStream stream = open(worker, reading(query, sql, inputs))) {
      while (stream.next()) {
        for (int row = 0; row < stream.root().getRowCount(); row++) {
          int at = row;
          rows.add(
              String.join(
                  "|",
                  stream.root().getFieldVectors().stream()
                      .map(vector -> String.valueOf(vector.getObject(at)))
                      .toList()));
        }
      }
    }
    return rows;
  }

  Fragment keeping(String query, String table, String sql, FragmentInput... inputs) {
    return fragment(query, sql, Optional.of(new FragmentOutput(table, false)), inputs);
  }

  Fragment reading(String query, String sql, FragmentInput... inputs) {
    return fragment(query, sql, Optional.empty(), inputs);
  }

  TicketStream open(WorkerServer worker, Fragment fragment) {
    return new TicketStream(
        clients, tickets.seal(fragment, Duration.ofMinutes(1)), List.of(location(worker)), false);
  }

  /** The one input of a fragment, whose columns are given as name and type in turn. */
  static FragmentInput input(List<Source> sources, String... columns) {
    List<ResultColumn> typed = new ArrayList<>();
    for (int i = 0; i < columns.length; i += 2) {
      typed.add(new ResultColumn(columns[i], columns[i + 1]));
    }
    return new FragmentInput("rows", typed, sources);
  }

  static Source source(WorkerServer worker, String table) {
    return new Source(url(worker), table, OptionalInt.empty());
  }

  static Source source(WorkerServer worker, String table, int bucket) {
    return new Source(url(worker), table, OptionalInt.of(bucket));
  }

  static String url(WorkerServer worker) {
    return "grpc://127.0.0.1:" + worker.port();
  }

  void release(WorkerServer worker, String query) {
    release(worker, query, SECRET);
  }

  void release(WorkerServer worker, String query, String token) {
    try (FlightClient client =
        FlightClients.open(allocator, location(worker), Optional.of(token))) {
      client
          .doAction(new Action(WorkerHealth.RELEASE_ACTION, query.getBytes(StandardCharsets.UTF_8)))
          .next();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    clients.close();
    first.close();
    second.close();
    allocator.close();
  }

  private Fragment fragment(
      String query, String sql, Optional<FragmentOutput> output, FragmentInput... inputs) {
    return new Fragment(
        query,
        0,
        snapshot,
        SessionSettings.DEFAULT,
        sql,
        Optional.empty(),
        false,
        OptionalInt.empty(),
        Arrays.asList(inputs),
        output,
        false);
  }

  private WorkerServer start(String id, String memory, Duration exchangeTimeout) {
    return WorkerServer.start(
        new WorkerServerConfig(
            id,
            "127.0.0.1",
            0,
            SECRET,
            new EngineConfig(
                memory,
                2,
                spill(id),
                "",
                List.of(),
                Duration.ZERO,
                OptionalInt.empty(),
                exchangeTimeout)));
  }

  private static Location location(WorkerServer worker) {
    return FlightClients.location(url(worker));
  }

  private static Path write(Path folder) {
    Path file = folder.resolve("db.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT i, i % 7 AS g FROM range(100000) r(i)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return file;
  }
}

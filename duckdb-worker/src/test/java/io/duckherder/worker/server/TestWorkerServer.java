package io.duckherder.worker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.ErrorCode;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.layout.RowRange;
import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.ticket.ClusterKey;
import io.duckherder.ticket.TicketCodec;
import io.duckherder.wire.ClientPool;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.TicketStream;
import io.duckherder.wire.WorkerHealth;
import io.duckherder.worker.engine.EngineConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers over real sockets. */
final class TestWorkerServer {
  private static final String SECRET = "a secret of this test";
  private static final int ROWS = 3_000_000;

  @TempDir Path folder;
  private final TicketCodec tickets = new TicketCodec(ClusterKey.derive(SECRET), Clock.systemUTC());
  private BufferAllocator allocator;
  private ClientPool clients;
  private WorkerServer first;
  private WorkerServer second;
  private Snapshot snapshot;

  @BeforeEach
  void start() throws SQLException {
    Path file = folder.resolve("db.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE t AS SELECT i, 'row ' || i AS s FROM range(%d) r(i)".formatted(ROWS));
    }
    snapshot = new Snapshot(Map.of("db", DatabaseFiles.identify(file)));
    allocator = new RootAllocator();
    clients = new ClientPool(allocator, Optional.empty());
    first = startWorker("w1");
    second = startWorker("w2");
  }

  @AfterEach
  void stop() {
    clients.close();
    first.close();
    second.close();
    allocator.close();
  }

  @Test
  void servesTheRangeOfATicket() {
    String sql =
        "SELECT r.i FROM db.main.t AS r WHERE r.rowid >= getvariable('%s') AND r.rowid < getvariable('%s')"
            .formatted(Fragment.FIRST_ROW, Fragment.END_ROW);
    Fragment fragment =
        new Fragment(
            "q",
            0,
            snapshot,
            SessionSettings.DEFAULT,
            sql,
            Optional.of(new RowRange(1_000_000, 1_000_010)),
            true);
    try (TicketStream stream = stream(tickets.seal(fragment, Duration.ofMinutes(1)), true, first)) {
      assertThat(stream.next()).isTrue();
      assertThat(stream.root().getRowCount()).isEqualTo(10);
      assertThat(stream.root().getVector("i").getObject(0)).isEqualTo(1_000_000L);
      assertThat(stream.next()).isFalse();
    }
  }

  @Test
  void refusesTicketsThatTheDriverDidNotSign() {
    byte[] good = ticket("FROM t");
    byte[] changed = good.clone();
    changed[changed.length - 20] ^= 1;
    byte[] foreign =
        new TicketCodec(ClusterKey.derive("another secret"), Clock.systemUTC())
            .seal(fragment("FROM t"), Duration.ofMinutes(1));
    byte[] old =
        new TicketCodec(
                ClusterKey.derive(SECRET),
                Clock.fixed(Instant.now().minusSeconds(3600), ZoneOffset.UTC))
            .seal(fragment("FROM t"), Duration.ofMinutes(1));
    assertFails(() -> count(stream(changed, true, first)), StandardErrorCode.TICKET_REJECTED);
    assertFails(() -> count(stream(foreign, true, first)), StandardErrorCode.TICKET_REJECTED);
    assertFails(() -> count(stream(new byte[5], true, first)), StandardErrorCode.TICKET_REJECTED);
    assertFails(() -> count(stream(old, true, first)), StandardErrorCode.TICKET_EXPIRED);
    assertThat(count(stream(good, true, first))).isEqualTo(ROWS);
  }

  @Test
  void stopsWhenTheReaderGoes() {
    try (TicketStream stream = stream(ticket("FROM t"), true, first)) {
      assertThat(stream.next()).isTrue();
    }
    awaitIdle(first);
  }

  @Test
  void stopsWhenTheConnectionBreaks() {
    ClientPool other = new ClientPool(allocator, Optional.empty());
    TicketStream stream = new TicketStream(other, ticket("FROM t"), List.of(location(first)), true);
    assertThat(stream.next()).isTrue();
    assertThat(first.runningFragments()).isEqualTo(1);
    stream.close();
    other.close();
    awaitIdle(first);
  }

  @Test
  void goesOnAtAnotherWorkerWithoutLosingOrRepeatingRows() {
    try (TicketStream stream = stream(ticket("SELECT i, s FROM t"), true, first, second)) {
      long next = 0;
      CompletableFuture<Void> closing = null;
      while (stream.next()) {
        for (int row = 0; row < stream.root().getRowCount(); row++) {
          if (!stream.root().getVector("i").getObject(row).equals(next++)) {
            throw new AssertionError("row " + next);
          }
        }
        if (closing == null) {
          // What is sent already is waited for by who closes.
          closing = CompletableFuture.runAsync(first::close);
          awaitIdle(first);
        }
      }
      assertThat(next).isEqualTo(ROWS);
      assertThat(closing).succeedsWithin(Duration.ofMinutes(1));
    }
  }

  @Test
  void failsInsteadOfResumingWhatHasNoOrder() {
    try (TicketStream stream = stream(ticket("FROM t"), false, first, second)) {
      assertThat(stream.next()).isTrue();
      first.close();
      assertThatThrownBy(
              () -> {
                while (stream.next()) {
                  // until the break shows
                }
              })
          .isInstanceOfSatisfying(
              DuckherderException.class, e -> assertThat(e.code().retryable()).isTrue());
    }
  }

  @Test
  void triesTheNextWorkerWhenOneCannotBeReached() {
    int port = first.port();
    first.close();
    try (TicketStream stream =
        new TicketStream(
            clients,
            ticket("FROM t"),
            List.of(Location.forGrpcInsecure("127.0.0.1", port), location(second)),
            false)) {
      assertThat(stream.next()).isTrue();
    }
    assertThatThrownBy(
            () ->
                count(
                    new TicketStream(
                        clients,
                        ticket("FROM t"),
                        List.of(Location.forGrpcInsecure("127.0.0.1", port)),
                        true)))
        .hasMessageContaining("127.0.0.1:" + port)
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNREACHABLE));
  }

  @Test
  void sendsTheErrorsOfQueriesWithTheirCode() {
    assertFails(
        () -> count(stream(ticket("SELECT 'x'::INTEGER FROM t"), true, first)),
        StandardErrorCode.INVALID_DATA);
    assertFails(
        () -> count(stream(ticket("FROM absent"), true, first)),
        StandardErrorCode.OBJECT_NOT_FOUND);
    assertFails(
        () ->
            count(
                stream(
                    ticket("SELECT CASE WHEN i = 2900000 THEN error('late') ELSE i END FROM t"),
                    true,
                    first)),
        StandardErrorCode.INVALID_QUERY);
    assertThat(count(stream(ticket("FROM t"), true, first))).isEqualTo(ROWS);
  }

  @Test
  void drainsOnlyForTheClusterAndThenRefusesWork() throws Exception {
    assertThatThrownBy(() -> act(Optional.of("wrong"), WorkerHealth.DRAIN_ACTION))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e ->
                assertThat(FlightErrors.fromFlight(e, "worker").code())
                    .isEqualTo(StandardErrorCode.AUTHENTICATION_FAILED));
    assertThat(act(Optional.empty(), WorkerHealth.ACTION)).contains("\"id\":\"w1\"");
    assertThat(act(Optional.of(SECRET), WorkerHealth.DRAIN_ACTION)).contains("\"draining\":true");
    first.awaitDrained();
    assertFails(
        () -> count(stream(ticket("FROM t"), true, first)), StandardErrorCode.WORKER_DRAINING);
    assertThat(count(stream(ticket("FROM t"), true, first, second))).isEqualTo(ROWS);
  }

  @Test
  void saysThatAPortIsTaken() {
    assertThatThrownBy(
            () ->
                WorkerServer.start(
                    new WorkerServerConfig(
                        "w3", "127.0.0.1", first.port(), SECRET, engineConfig("w3"))))
        .hasMessageContaining(String.valueOf(first.port()))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.PORT_IN_USE));
  }

  private WorkerServer startWorker(String id) {
    return WorkerServer.start(new WorkerServerConfig(id, "127.0.0.1", 0, SECRET, engineConfig(id)));
  }

  private EngineConfig engineConfig(String id) {
    return new EngineConfig(
        "512MiB", 2, folder.resolve(id), "", List.of(), Duration.ofMinutes(1), OptionalInt.empty());
  }

  private Fragment fragment(String sql) {
    return new Fragment("q", 0, snapshot, SessionSettings.DEFAULT, sql, Optional.empty(), true);
  }

  private byte[] ticket(String sql) {
    return tickets.seal(fragment(sql), Duration.ofMinutes(1));
  }

  private TicketStream stream(byte[] ticket, boolean ordered, WorkerServer... workers) {
    return new TicketStream(
        clients,
        ticket,
        java.util.Arrays.stream(workers).map(TestWorkerServer::location).toList(),
        ordered);
  }

  private static Location location(WorkerServer worker) {
    return Location.forGrpcInsecure("127.0.0.1", worker.port());
  }

  private static long count(TicketStream stream) {
    try (stream) {
      long rows = 0;
      while (stream.next()) {
        rows += stream.root().getRowCount();
      }
      return rows;
    }
  }

  private String act(Optional<String> token, String action) throws InterruptedException {
    try (FlightClient client = FlightClients.open(allocator, location(first), token)) {
      return new String(
          client.doAction(new Action(action)).next().getBody(),
          java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static void awaitIdle(WorkerServer worker) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (worker.runningFragments() > 0) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DuckherderException.class, e -> assertThat(e.code()).as(e.text()).isEqualTo(code));
  }
}

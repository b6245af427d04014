package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of clients on the live databases, however they end. */
@Timeout(120)
final class TestTransactions {
  /** Runs for hours. */
  private static final String ENDLESS =
      "INSERT INTO t SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b";

  @TempDir Path directory;
  private ClusterRunner cluster;
  private FlightSqlClient one;
  private FlightSqlClient other;

  @BeforeEach
  void start() {
    start(Duration.ofMinutes(10));
    one.executeUpdate("CREATE TABLE t (i HUGEINT)");
    one.executeUpdate("INSERT INTO t VALUES (1)");
  }

  /** With transactions that are ended after a while. */
  private void start(Duration limit) {
    ManagedConfig usual =
        ManagedConfig.of(
            Map.of("sales", directory.resolve("sales.duckdb")), directory.resolve("replicas"));
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .workers(1)
            .managed(
                new ManagedConfig(
                    usual.databases(),
                    usual.storageVersion(),
                    usual.sealInterval(),
                    usual.walLimit(),
                    usual.patience(),
                    limit,
                    true,
                    usual.retention(),
                    usual.replicas(),
                    usual.replicaSpace()))
            .build();
    one = cluster.session();
    other = cluster.session();
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    other.close();
    cluster.close();
  }

  private static void assertCode(Throwable failure, StandardErrorCode code) {
    assertThat(failure).isInstanceOf(FlightRuntimeException.class);
    assertThat(FlightErrors.fromFlight((FlightRuntimeException) failure, "driver").code())
        .as(String.valueOf(failure.getMessage()))
        .isEqualTo(code);
  }

  private String read(FlightSqlClient client, String sql) throws Exception {
    return read(client, client.execute(sql).getEndpoints().get(0).getTicket());
  }

  private static String read(FlightSqlClient client, Ticket ticket) throws Exception {
    try (FlightStream stream = client.getStream(ticket)) {
      return stream.next() ? stream.getRoot().getVector(0).getObject(0).toString() : "nothing";
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private boolean isQuiet() {
    return cluster.driver().status().queries().isEmpty()
        && cluster.driver().status().transactions().isEmpty();
  }

  private CompletableFuture<Throwable> endless(FlightSqlClient client) {
    CompletableFuture<Throwable> failure =
        CompletableFuture.supplyAsync(() -> catchThrowable(() -> client.executeUpdate(ENDLESS)));
    await(() -> !cluster.driver().status().queries().isEmpty());
    return failure;
  }

  @Test
  void aWriteIsCancelledByItsName() throws Exception {
    CompletableFuture<Throwable> failure = endless(one);
    String id =
        read(
            other,
            "SELECT id FROM duckherder_get_query_history() WHERE sql LIKE 'INSERT%sum%' AND lower(state)"
                + " NOT IN ('finished', 'failed', 'cancelled')");
    read(other, "SELECT duckherder_cancel('" + id + "')");
    assertCode(failure.get(2, TimeUnit.MINUTES), StandardErrorCode.QUERY_CANCELLED);
    await(this::isQuiet);
    assertThat(one.executeUpdate("INSERT INTO t VALUES (2)")).isEqualTo(1);
    assertThat(read(other, "SELECT count(*) FROM t")).isEqualTo("2");
  }

  @Test
  void aWriteOfAClientThatIsGoneIsRolledBack() throws Exception {
    assertThatThrownBy(
            () -> one.executeUpdate(ENDLESS, CallOptions.timeout(500, TimeUnit.MILLISECONDS)))
        .isInstanceOf(FlightRuntimeException.class);
    assertThatThrownBy(
            () ->
                one.execute(
                    ENDLESS + " RETURNING i", CallOptions.timeout(500, TimeUnit.MILLISECONDS)))
        .isInstanceOf(FlightRuntimeException.class);
    await(this::isQuiet);
    assertThat(read(other, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void aCancelledStatementAbortsItsTransaction() throws Exception {
    one.executeUpdate("BEGIN");
    one.executeUpdate("INSERT INTO t VALUES (5)");
    CompletableFuture<Throwable> failure = endless(one);
    String id =
        read(
            other,
            "SELECT id FROM duckherder_get_query_history() WHERE sql LIKE 'INSERT%sum%' AND lower(state)"
                + " NOT IN ('finished', 'failed', 'cancelled')");
    read(other, "SELECT duckherder_cancel('" + id + "')");
    assertCode(failure.get(2, TimeUnit.MINUTES), StandardErrorCode.QUERY_CANCELLED);
    assertThatThrownBy(() -> one.executeUpdate("INSERT INTO t VALUES (6)"))
        .hasMessageContaining("aborted");
    one.executeUpdate("ROLLBACK");
    assertThat(read(one, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void conflictsHaveTheirCode() {
    one.executeUpdate("BEGIN");
    one.executeUpdate("UPDATE t SET i = 2");
    assertCode(
        catchThrowable(() -> other.executeUpdate("UPDATE t SET i = 3")),
        StandardErrorCode.TRANSACTION_CONFLICT);
    one.executeUpdate("COMMIT");
    other.executeUpdate("UPDATE t SET i = 3");
  }

  @Test
  void aCommitThatFailsIsRolledBack() throws Exception {
    one.executeUpdate("CREATE TABLE k (i INTEGER PRIMARY KEY)");
    one.executeUpdate("BEGIN");
    one.executeUpdate("INSERT INTO k VALUES (1)");
    other.executeUpdate("INSERT INTO k VALUES (1)");
    Throwable failure = catchThrowable(() -> one.executeUpdate("COMMIT"));
    assertCode(failure, StandardErrorCode.TRANSACTION_CONFLICT);
    assertThat(read(one, "SELECT count(*) FROM k")).isEqualTo("1");
    await(this::isQuiet);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE memory.main.lost AS SELECT 1",
        "CREATE TABLE IF NOT EXISTS \"Memory\".lost (i INTEGER)",
        "CREATE SCHEMA memory.lost",
        "CREATE VIEW memory.main.lost AS SELECT 1",
      })
  void nothingIsMadeWhereItDoesNotLast(String sql) {
    assertCode(catchThrowable(() -> one.executeUpdate(sql)), StandardErrorCode.OBJECT_NOT_FOUND);
  }

  @Test
  void aSessionThatEndsRollsBack() throws Exception {
    one.executeUpdate("BEGIN");
    one.executeUpdate("INSERT INTO t VALUES (2)");
    one.closeSession(new CloseSessionRequest());
    await(this::isQuiet);
    other.executeUpdate("BEGIN");
    other.executeUpdate("INSERT INTO t VALUES (3)");
    cluster.driver().sessions().endAll();
    await(this::isQuiet);
    assertCode(catchThrowable(() -> other.executeUpdate("COMMIT")), StandardErrorCode.NO_SESSION);
    try (FlightSqlClient third = cluster.session()) {
      assertThat(read(third, "SELECT count(*) FROM t")).isEqualTo("1");
    }
  }

  @Test
  void aTransactionThatIsTooOldIsEnded() throws Exception {
    stop();
    start(Duration.ofMillis(300));
    one.executeUpdate("BEGIN");
    one.executeUpdate("INSERT INTO t VALUES (2)");
    await(this::isQuiet);
    assertCode(
        catchThrowable(() -> one.executeUpdate("INSERT INTO t VALUES (3)")),
        StandardErrorCode.TRANSACTION_ENDED);
    assertCode(
        catchThrowable(() -> one.executeUpdate("COMMIT")), StandardErrorCode.TRANSACTION_ENDED);
    assertCode(
        catchThrowable(() -> other.executeUpdate(ENDLESS)), StandardErrorCode.TRANSACTION_ENDED);
    assertThat(read(one, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void transactionsByActionSeeTheirOwnWrites() throws Exception {
    Transaction transaction = one.beginTransaction();
    one.executeUpdate("CREATE TABLE mine AS SELECT 7 AS i", transaction);
    try (PreparedStatement insert = one.prepare("INSERT INTO mine VALUES (8)", transaction)) {
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    assertThat(
            read(
                one,
                one.execute("SELECT sum(i) FROM mine", transaction)
                    .getEndpoints()
                    .get(0)
                    .getTicket()))
        .isEqualTo("15");
    assertCode(
        catchThrowable(() -> read(one, "SELECT * FROM mine")), StandardErrorCode.OBJECT_NOT_FOUND);
    one.rollback(transaction);
    assertCode(
        catchThrowable(() -> one.executeUpdate("INSERT INTO mine VALUES (1)", transaction)),
        StandardErrorCode.INVALID_QUERY);
    await(this::isQuiet);
  }

  @Test
  void theStockDriverCommitsAndRollsBack() throws Exception {
    try (Connection client = cluster.connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.executeUpdate("INSERT INTO t VALUES (2)");
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("2");
      statement.execute("ROLLBACK");
      statement.execute("BEGIN");
      statement.executeUpdate("INSERT INTO t VALUES (3)");
      statement.execute("COMMIT");
      assertThat(Rows.one(client, "SELECT sum(i) FROM t")).isEqualTo("4");
    }
  }

  @Test
  void statementsOfOneSessionTakeTurns() throws Exception {
    one.executeUpdate("BEGIN");
    List<CompletableFuture<Long>> inserts =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> one.executeUpdate("INSERT INTO t VALUES (" + i + ")")))
            .toList();
    for (CompletableFuture<Long> insert : inserts) {
      assertThat(insert.get(2, TimeUnit.MINUTES)).isEqualTo(1);
    }
    one.executeUpdate("COMMIT");
    assertThat(read(other, "SELECT count(*) FROM t")).isEqualTo("21");
  }
}

package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that clients send in Arrow's form rather than as statements. */
@Timeout(120)
final class TestIngest {
  private static final TableDefinitionOptions CREATE =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_FAIL);
  private static final TableDefinitionOptions APPEND =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);
  private static final TableDefinitionOptions CREATE_APPEND =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);
  private static final TableDefinitionOptions REPLACE =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_REPLACE);

  @TempDir Path directory;
  private ClusterRunner cluster;
  private BufferAllocator allocator;
  private Connection client;
  private FlightSqlClient flight;

  @BeforeEach
  void start() throws SQLException {
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .workers(1)
            .managed(
                ManagedConfig.of(
                    Map.of("sales", directory.resolve("sales.duckdb")),
                    directory.resolve("replicas")))
            .build();
    allocator = cluster.allocator().newChildAllocator("test", 0, Long.MAX_VALUE);
    client = cluster.connect();
    flight = cluster.session();
  }

  @AfterEach
  void stop() throws Exception {
    flight.close();
    client.close();
    allocator.close();
    cluster.close();
  }

  private static TableDefinitionOptions options(
      TableNotExistOption missing, TableExistsOption exists) {
    return TableDefinitionOptions.newBuilder().setIfNotExist(missing).setIfExists(exists).build();
  }

  private static ExecuteIngestOptions into(String table, TableDefinitionOptions options) {
    return new ExecuteIngestOptions(table, options, null, null, Map.of());
  }

  private long ingest(String table, TableDefinitionOptions options, int batches) throws Exception {
    try (NumberedRows rows = new NumberedRows(allocator, batches, 1000)) {
      return flight.executeIngest(rows, into(table, options));
    }
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void assertCode(Throwable failure, StandardErrorCode code) {
    assertThat(failure).isInstanceOf(FlightRuntimeException.class);
    assertThat(FlightErrors.fromFlight((FlightRuntimeException) failure, "driver").code())
        .as(String.valueOf(failure.getMessage()))
        .isEqualTo(code);
  }

  @Test
  void createsAppendsAndReplaces() throws Exception {
    assertCode(catchThrowable(() -> ingest("t", APPEND, 1)), StandardErrorCode.OBJECT_NOT_FOUND);
    assertThat(ingest("t", CREATE, 3)).isEqualTo(3000);
    assertThat(Rows.of(client, "SELECT count(*), sum(i), max(s) FROM sales.main.t"))
        .containsExactly(List.of("3000", "4498500", "row 999"));
    assertCode(catchThrowable(() -> ingest("t", CREATE, 1)), StandardErrorCode.OBJECT_EXISTS);
    assertThat(ingest("t", APPEND, 2)).isEqualTo(2000);
    assertThat(ingest("t", CREATE_APPEND, 1)).isEqualTo(1000);
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("6000");
    assertThat(ingest("t", REPLACE, 1)).isEqualTo(1000);
    assertThat(ingest("u", CREATE_APPEND, 1)).isEqualTo(1000);
    assertThat(ingest("v", REPLACE, 0)).isZero();
    assertThat(Rows.of(client, "SELECT count(*) FROM t UNION ALL SELECT count(*) FROM v"))
        .containsExactly(List.of("1000"), List.of("0"));
  }

  @Test
  void appendsByNameWithTheCastsOfAnInsert() throws Exception {
    run(
        "CREATE SCHEMA deep",
        "CREATE TABLE deep.t (id INTEGER DEFAULT 7, s VARCHAR, i HUGEINT, g INTEGER AS (i * 2))",
        "CREATE TABLE kinds (s ENUM ('row 0', 'row 1', 'row 2'), i VARCHAR)");
    try (NumberedRows rows = new NumberedRows(allocator, 1, 3)) {
      flight.executeIngest(rows, new ExecuteIngestOptions("t", APPEND, "sales", "deep", Map.of()));
    }
    assertThat(Rows.of(client, "SELECT * FROM deep.t ORDER BY i LIMIT 2"))
        .containsExactly(List.of("7", "row 0", "0", "0"), List.of("7", "row 1", "1", "2"));
    try (NumberedRows rows = new NumberedRows(allocator, 1, 3)) {
      flight.executeIngest(rows, into("kinds", APPEND));
    }
    assertThat(Rows.of(client, "SELECT s::VARCHAR, i FROM kinds ORDER BY i DESC LIMIT 1"))
        .containsExactly(List.of("row 2", "2"));
    assertCode(catchThrowable(() -> ingest("kinds", APPEND, 1)), StandardErrorCode.INVALID_DATA);
    assertThat(Rows.one(client, "SELECT count(*) FROM kinds")).isEqualTo("3");
  }

  @Test
  void aBrokenStreamLeavesNothing() throws Exception {
    run("CREATE TABLE t (i BIGINT CHECK (i < 150000), s VARCHAR)");
    breakAfter(30);
    awaitNoQueries();
    assertCode(
        catchThrowable(() -> ingest("t", APPEND, 300)), StandardErrorCode.CONSTRAINT_VIOLATED);
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("0");
    assertThat(ingest("t", APPEND, 1)).isEqualTo(1000);
  }

  /** Sends batches, and an error after them. */
  private void breakAfter(int batches) throws Exception {
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder().setTable("t").setTableDefinitionOptions(APPEND).build();
    FlightDescriptor descriptor = FlightDescriptor.command(Any.pack(command).toByteArray());
    try (FlightClient put = FlightClient.builder(allocator, cluster.driver().location()).build();
        NumberedRows rows = new NumberedRows(allocator, batches, 1000);
        SyncPutListener answers = new SyncPutListener()) {
      FlightClient.ClientStreamListener stream =
          put.startPut(descriptor, rows.getVectorSchemaRoot(), answers);
      while (rows.loadNextBatch()) {
        stream.putNext();
      }
      stream.error(new IllegalStateException("The client breaks"));
    }
  }

  private void awaitNoQueries() {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!cluster.driver().status().queries().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void takesPartInTransactions() throws Exception {
    Transaction transaction = flight.beginTransaction();
    try (NumberedRows rows = new NumberedRows(allocator, 2, 10)) {
      assertThat(flight.executeIngest(rows, into("t", CREATE), transaction)).isEqualTo(20);
    }
    try (NumberedRows rows = new NumberedRows(allocator, 2, 10)) {
      assertThat(flight.executeIngest(rows, into("t", APPEND), transaction)).isEqualTo(20);
    }
    assertThat(Rows.of(client, "SELECT table_name FROM duckdb_tables()")).isEmpty();
    flight.commit(transaction);
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("40");
    flight.executeUpdate("BEGIN");
    ingest("t", APPEND, 1);
    flight.executeUpdate("ROLLBACK");
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("40");
  }

  @Test
  void fillsTemporaryTables() throws Exception {
    ExecuteIngestOptions mine =
        new ExecuteIngestOptions("mine", CREATE, true, null, null, Map.of());
    try (NumberedRows rows = new NumberedRows(allocator, 2, 10)) {
      assertThat(flight.executeIngest(rows, mine)).isEqualTo(20);
    }
    assertThat(flight.executeUpdate("CREATE TABLE copied AS FROM mine")).isEqualTo(20);
    assertThat(Rows.of(client, "SELECT table_name FROM duckdb_tables()"))
        .containsExactly(List.of("copied"));
  }

  @Test
  void batchesOfUpdatesAreOneTransaction() throws Exception {
    run("CREATE TABLE t (i INTEGER PRIMARY KEY, s VARCHAR)");
    try (PreparedStatement insert = client.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (int i = 0; i < 2500; i++) {
        insert.setInt(1, i);
        insert.setString(2, "row " + i);
        insert.addBatch();
      }
      insert.executeBatch();
      assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("2500");
      for (int i = 5000; i > 2499; i--) {
        insert.setInt(1, i - 100);
        insert.setString(2, "row " + i);
        insert.addBatch();
      }
      assertThatThrownBy(insert::executeBatch).hasMessageContaining("Duplicate key");
    }
    assertThat(Rows.one(client, "SELECT count(*) FROM t")).isEqualTo("2500");
  }

  @Test
  void batchesOfAnyWriteCountTheirRows() throws Exception {
    run("CREATE TABLE t (i INTEGER, s VARCHAR)");
    List<String> writes =
        List.of(
            "INSERT INTO t VALUES (?, upper(?))",
            "INSERT INTO t (s, i) VALUES (?2, ?1)",
            "INSERT INTO t SELECT CAST(? AS INTEGER), ? FROM range(2)",
            "UPDATE t SET i = i + CAST(? AS INTEGER) WHERE s = ?",
            "INSERT INTO t VALUES ((SELECT count(*) FROM t) + CAST(? AS INTEGER), ?)");
    for (String write : writes) {
      try (PreparedStatement statement = client.prepareStatement(write)) {
        for (int i = 0; i < 3; i++) {
          statement.setInt(1, 10 * i);
          statement.setString(2, "a");
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }
    assertThat(Rows.of(client, "SELECT i, s FROM t ORDER BY ALL"))
        .containsExactly(
            List.of("0", "A"),
            List.of("10", "A"),
            List.of("12", "a"),
            List.of("20", "A"),
            List.of("23", "a"),
            List.of("30", "a"),
            List.of("30", "a"),
            List.of("30", "a"),
            List.of("34", "a"),
            List.of("40", "a"),
            List.of("40", "a"),
            List.of("40", "a"),
            List.of("50", "a"),
            List.of("50", "a"),
            List.of("50", "a"));
  }

  @Test
  void theServerSaysWhatItTakes() throws Exception {
    assertThat(client.getMetaData().isReadOnly()).isFalse();
    assertThat(client.getMetaData().supportsTransactions()).isTrue();
    assertThat(client.getMetaData().supportsBatchUpdates()).isTrue();
  }

  @Test
  void aSingleRootIsABatch() throws Exception {
    try (BigIntVector numbers = new BigIntVector("n", allocator);
        VarCharVector texts = new VarCharVector("t", allocator)) {
      numbers.allocateNew();
      texts.allocateNew();
      numbers.set(0, 5);
      texts.setSafe(0, "five".getBytes(StandardCharsets.UTF_8));
      numbers.setNull(1);
      texts.setNull(1);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(numbers, texts)) {
        root.setRowCount(2);
        assertThat(flight.executeIngest(root, into("t", CREATE))).isEqualTo(2);
      }
    }
    assertThat(Rows.of(client, "SELECT n, t FROM t WHERE n IS NOT NULL"))
        .containsExactly(List.of("5", "five"));
  }
}

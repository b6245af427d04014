package io.duckherder.cluster.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints of databases that are never at rest. {@code -Dduckherder.load.seconds} is how long.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class TestCheckpointWindows {
  private static final long SECONDS = Long.getLong("duckherder.load.seconds", 5);
  private static final long WAL_LIMIT = 4L << 20;

  /** What the transactions that are inside may write on, while nobody else enters. */
  private static final long SLACK = 2L << 20;

  @TempDir Path directory;
  private ClusterRunner cluster;
  private volatile boolean stopped;
  private final AtomicLong mostWal = new AtomicLong();

  private void start(Duration patience) {
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
                    Duration.ofSeconds(1),
                    WAL_LIMIT,
                    patience,
                    Duration.ofMillis(500),
                    false,
                    usual.retention(),
                    usual.replicas(),
                    usual.replicaSpace()))
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private long wal() {
    try {
      return Files.size(directory.resolve("sales.duckdb.wal"));
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Work {
    void run(FlightSqlClient client) throws Exception;
  }

  /** Does work again and again, until the test has seen enough. */
  private CompletableFuture<Long> repeat(Work work) {
    return CompletableFuture.supplyAsync(
        () -> {
          long times = 0;
          try (FlightSqlClient client = cluster.session()) {
            while (!stopped) {
              work.run(client);
              mostWal.accumulateAndGet(wal(), Math::max);
              times++;
            }
            return times;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task, "load").start());
  }

  private static long rows(FlightSqlClient client, String sql) throws Exception {
    FlightInfo info = client.execute(sql);
    long rows = 0;
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  @Test
  void theLogStaysSmallUnderLoad() throws Exception {
    start(Duration.ofSeconds(20));
    try (FlightSqlClient client = cluster.session()) {
      client.executeUpdate("CREATE TABLE t AS SELECT range AS i, 0 AS n FROM range(100000)");
      client.executeUpdate("CREATE TABLE u (i BIGINT, s VARCHAR)");
      client.executeUpdate("BEGIN");
      List<CompletableFuture<Long>> load = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        int from = writer * 50_000;
        load.add(
            repeat(
                c ->
                    c.executeUpdate(
                        "UPDATE t SET n = n + 1 WHERE i BETWEEN %d AND %d"
                            .formatted(from, from + 5000))));
      }
      load.add(repeat(this::ingest));
      load.add(repeat(c -> assertThat(rows(c, "FROM t")).isEqualTo(100_000)));
      load.add(
          repeat(
              c -> {
                c.executeUpdate("BEGIN");
                rows(c, "SELECT count(*) FROM u");
                c.executeUpdate("DELETE FROM u WHERE i < 10");
                c.executeUpdate("COMMIT");
              }));
      CompletableFuture<Void> any =
          CompletableFuture.allOf(load.toArray(CompletableFuture[]::new))
              .completeOnTimeout(null, SECONDS, TimeUnit.SECONDS);
      any.get();
      stopped = true;
      List<Long> times = new ArrayList<>();
      for (CompletableFuture<Long> each : load) {
        times.add(each.get());
      }
      System.out.printf(
          "%d s: rounds of update, update, ingest, read, transaction: %s; log at most %d bytes%n",
          SECONDS, times, mostWal.get());
      assertThat(times).allMatch(count -> count > 0);
      assertThat(mostWal.get()).isBetween(1L, WAL_LIMIT + SLACK);
      client.executeUpdate("ROLLBACK");
    }
  }

  private void ingest(FlightSqlClient client) throws Exception {
    TableDefinitionOptions append =
        TableDefinitionOptions.newBuilder()
            .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
            .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
            .build();
    try (NumberedRows rows = new NumberedRows(cluster.allocator(), 20, 10_000)) {
      client.executeIngest(rows, new ExecuteIngestOptions("u", append, null, null, Map.of()));
    }
  }

  @Test
  void writersAreHeldWhileATransactionRefusesToEnd() throws Exception {
    start(Duration.ofSeconds(1));
    try (FlightSqlClient idle = cluster.session();
        FlightSqlClient client = cluster.session()) {
      client.executeUpdate("CREATE TABLE t AS SELECT range AS i FROM range(10000)");
      client.executeUpdate("CREATE TABLE u (i BIGINT)");
      idle.executeUpdate("BEGIN");
      idle.executeUpdate("UPDATE t SET i = 7 WHERE i = 5");
      Throwable failure = null;
      for (int i = 0; i < 1000 && failure == null; i++) {
        failure = catchThrowable(() -> client.executeUpdate("INSERT INTO u FROM range(2000)"));
        mostWal.accumulateAndGet(wal(), Math::max);
      }
      assertThat(failure).isInstanceOf(FlightRuntimeException.class);
      assertThat(FlightErrors.fromFlight((FlightRuntimeException) failure, "driver"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StandardErrorCode.TIMEOUT))
          .hasMessageContaining("over its limit");
      assertThat(mostWal.get()).isLessThan(WAL_LIMIT + SLACK);
      assertThat(cluster.driver().status().transactions())
          .anyMatch(transaction -> transaction.old());
      assertThat(rows(client, "SELECT count(*) FROM u")).isEqualTo(1);
      idle.executeUpdate("COMMIT");
      await(() -> wal() < WAL_LIMIT / 2);
      client.executeUpdate("INSERT INTO u FROM range(1000)");
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}

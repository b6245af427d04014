package io.duckherder.tpch;

import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;

/**
 * Fills the TPC-H tables of an open database. The largest table has one thread, all others share
 * another; each table is written by one connection in the generator's order, so its rows lie the
 * same in every run. An interrupt of the calling thread stops both.
 */
final class TpchGenerator {
  private static final TpchTable<?> LARGEST = TpchTable.LINE_ITEM;

  /** Tables of a few rows, of which the generator gives all as any part. */
  private static final Set<TpchTable<?>> UNDIVIDED = Set.of(TpchTable.NATION, TpchTable.REGION);

  private final double scaleFactor;

  /** One for each scale factor, since the log of one takes some gigabytes. */
  private final int parts;

  private final ProgressCount count;

  TpchGenerator(double scaleFactor, TpchProgress progress) {
    if (!(scaleFactor > 0)) {
      throw new IllegalArgumentException(
          "The TPC-H scale factor must be above 0, not " + scaleFactor);
    }
    this.scaleFactor = scaleFactor;
    this.parts = (int) Math.ceil(scaleFactor);
    this.count = new ProgressCount(progress, expectedRows(scaleFactor));
  }

  void fill(Connection connection) throws SQLException {
    List<TpchTable<?>> others =
        TpchTable.getTables().stream().filter(table -> table != LARGEST).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int part = 1; part <= parts; part++) {
        fillPart(connection, threads, others, part);
      }
      count.finish();
    } finally {
      threads.shutdownNow();
      // The threads' connections must be closed before the caller closes and deletes the file.
      awaitEnd(threads);
    }
  }

  /** Fills both threads' share of a part, and moves it from the log into the file. */
  private void fillPart(
      Connection connection, ExecutorService threads, List<TpchTable<?>> others, int part)
      throws SQLException {
    Future<?> largest = threads.submit(() -> fillTables(connection, List.of(LARGEST), part));
    Future<?> rest = threads.submit(() -> fillTables(connection, others, part));
    await(rest, largest);
    await(largest, rest);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  private Object fillTables(Connection connection, List<TpchTable<?>> tables, int part)
      throws SQLException {
    try (Connection own = ((DuckDBConnection) connection).duplicate()) {
      // A transaction per table: else every chunk of the appender is a commit, with its fsync.
      own.setAutoCommit(false);
      for (TpchTable<?> table : tables) {
        fillTable((DuckDBConnection) own, table, part);
        own.commit();
      }
    }
    return this;
  }

  private <E extends TpchEntity> void fillTable(
      DuckDBConnection connection, TpchTable<E> table, int part) throws SQLException {
    if (part > 1 && UNDIVIDED.contains(table)) {
      return;
    }
    try (TableAppender<E> appender = new TableAppender<>(connection, table)) {
      long rows = 0;
      for (E row : table.createGenerator(scaleFactor, part, parts)) {
        appender.append(row);
        if (++rows % ProgressCount.STEP == 0) {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Interrupted while writing " + table.getTableName());
          }
          count.add(ProgressCount.STEP);
        }
      }
      count.add(rows % ProgressCount.STEP);
    }
  }

  private static void await(Future<?> task, Future<?> other) throws SQLException {
    try {
      task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      other.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("The generation of TPC-H was interrupted");
    } catch (ExecutionException e) {
      other.cancel(true);
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw new IllegalStateException("The generation of TPC-H failed: " + e.getCause(), e);
    }
  }

  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rows per unit of scale; lineitem's count is random, and this is its mean. */
  private static long expectedRows(double scaleFactor) {
    long perUnit = 10_000 + 200_000 + 800_000 + 150_000 + 1_500_000 + 6_000_000;
    return Math.round(scaleFactor * perUnit) + 25 + 5;
  }
}

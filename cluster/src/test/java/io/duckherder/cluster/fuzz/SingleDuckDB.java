package io.duckherder.cluster.fuzz;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConfig;
import io.duckherder.worker.engine.EngineConnection;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The oracle: one DuckDB over the file, with a session that is set up by the client's own SETs. */
final class SingleDuckDB implements AutoCloseable {
  /** A query that takes longer is none that the fuzzer wants. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final int MOST_ROWS = 300_000;

  private final BufferAllocator allocator = new RootAllocator();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final DuckDBEngine engine;
  private final Snapshot snapshot;
  private EngineConnection connection;

  SingleDuckDB(Path file, Path spill, int threads) {
    engine =
        new DuckDBEngine(
            new EngineConfig(
                "2GiB", threads, spill, "", List.of(), Duration.ofMinutes(5), OptionalInt.empty()),
            allocator);
    snapshot = new Snapshot(Map.of(FuzzDatabase.NAME, DatabaseFiles.identify(file)));
    connection = engine.connect(snapshot, SessionSettings.DEFAULT);
  }

  /** Starts a session. */
  void session(List<String> settings) {
    connection.close();
    connection = engine.connect(snapshot, SessionSettings.DEFAULT);
    for (String setting : settings) {
      try (Statement statement = connection.jdbc().createStatement()) {
        // Of this session alone: the engine's next ones start anew.
        statement.execute(
            setting.contains("VARIABLE") ? setting : setting.replace("SET ", "SET SESSION "));
      } catch (SQLException e) {
        throw new AssertionError(setting, e);
      }
    }
  }

  Answer answer(String sql) {
    try {
      try (BatchStream stream = engine.stream(connection, sql)) {
        ScheduledFuture<?> deadline =
            timer.schedule(stream::cancel, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        List<List<Object>> rows = new ArrayList<>();
        while (stream.next()) {
          Answer.read(stream.root(), rows);
          if (rows.size() > MOST_ROWS) {
            stream.cancel();
          }
        }
        deadline.cancel(false);
        return Answer.of(columns(sql, stream), rows);
      }
    } catch (DuckherderException e) {
      return Answer.failed(e);
    }
  }

  private List<ResultColumn> columns(String sql, BatchStream stream) {
    List<ResultColumn> prepared = connection.columns(sql);
    if (prepared.size() == stream.schema().getFields().size()
        && prepared.stream().noneMatch(column -> column.type().equals("UNKNOWN"))) {
      return prepared;
    }
    // A PIVOT without values: its columns are known once it ran.
    try (Statement statement = connection.jdbc().createStatement();
        var result = statement.executeQuery(sql)) {
      List<ResultColumn> columns = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        columns.add(
            new ResultColumn(
                result.getMetaData().getColumnName(i), result.getMetaData().getColumnTypeName(i)));
      }
      return columns;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  static boolean gaveUp(Answer answer) {
    return answer.error().filter(StandardErrorCode.QUERY_CANCELLED::equals).isPresent();
  }

  @Override
  public void close() {
    connection.close();
    engine.close();
    timer.shutdownNow();
    allocator.close();
  }
}

package io.duckherder.worker.engine;

import io.duckherder.plan.Fragment;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A database file, an engine over it, and the check that nothing stays allocated. */
final class EngineFixture implements AutoCloseable {
  final BufferAllocator allocator = new RootAllocator();
  final Path file;
  final DuckDBEngine engine;

  EngineFixture(Path folder, String... statements) {
    this(folder, Duration.ofMinutes(5), statements);
  }

  EngineFixture(Path folder, Duration idleTimeout, String... statements) {
    file = folder.resolve("db.duckdb");
    write(file, statements);
    engine = new DuckDBEngine(config(folder, idleTimeout, "512MiB"), allocator);
  }

  static EngineConfig config(Path folder, Duration idleTimeout, String memory) {
    return new EngineConfig(
        memory, 2, folder.resolve("spill"), "", List.of(), idleTimeout, OptionalInt.empty());
  }

  static void write(Path file, String... statements) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  Snapshot snapshot() {
    return new Snapshot(Map.of("db", DatabaseFiles.identify(file)));
  }

  Fragment fragment(String sql) {
    return fragment(snapshot(), sql);
  }

  static Fragment fragment(Snapshot snapshot, String sql) {
    return new Fragment("q1", 0, snapshot, SessionSettings.DEFAULT, sql, Optional.empty(), true);
  }

  BatchStream run(String sql) {
    return engine.run(fragment(sql));
  }

  long count(String sql) {
    long rows = 0;
    try (BatchStream stream = run(sql)) {
      while (stream.next()) {
        rows += stream.root().getRowCount();
      }
    }
    return rows;
  }

  @Override
  public void close() {
    engine.close();
    allocator.close();
  }
}

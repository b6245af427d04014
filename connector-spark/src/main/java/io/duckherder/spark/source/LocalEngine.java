package io.duckherder.spark.source;

import io.duckherder.plan.ReadPlanner;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.snapshot.SnapshotCache;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The embedded DuckDB of this JVM: one for all tasks, or its memory limit would mean nothing. Tasks
 * that ask for other settings get another, so a job that keeps to one set of options has one.
 *
 * <p>It lives as long as the JVM, since Spark tells nobody when an executor ends; files are closed
 * when idle.
 */
final class LocalEngine {
  /** How long an unused file stays open: long enough for the next stage of a job. */
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);

  private static final int MOST_CATALOG_ANSWERS = 500;

  private static final Map<EngineSettings, LocalEngine> ENGINES = new ConcurrentHashMap<>();

  private final DuckDBEngine engine;
  private final ReadPlanner planner = new ReadPlanner();
  private final SnapshotCache<CatalogQuery, List<List<@Nullable String>>> catalogRows =
      new SnapshotCache<>(MOST_CATALOG_ANSWERS);

  private LocalEngine(EngineSettings settings) {
    engine = new DuckDBEngine(config(settings), JvmMemory.ALLOCATOR);
  }

  /** The engine of this JVM for these settings. */
  static LocalEngine of(EngineSettings settings) {
    return ENGINES.computeIfAbsent(settings, LocalEngine::new);
  }

  DuckDBEngine engine() {
    return engine;
  }

  ReadPlanner planner() {
    return planner;
  }

  /** What a query gives that only asks for what a file's catalog says in one state of it. */
  List<List<@Nullable String>> catalogRows(
      Snapshot state, String sql, Supplier<List<List<@Nullable String>>> read) {
    return catalogRows.get(new CatalogQuery(state, sql), read);
  }

  private record CatalogQuery(Snapshot state, String sql) {}

  private static EngineConfig config(EngineSettings settings) {
    String folder = settings.temporaryDirectory();
    return new EngineConfig(
        settings.memoryLimit(),
        settings.threads(),
        folder.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir"), "duckherder-spill")
            : Path.of(folder),
        "",
        List.of(),
        IDLE_TIMEOUT,
        OptionalInt.empty());
  }
}

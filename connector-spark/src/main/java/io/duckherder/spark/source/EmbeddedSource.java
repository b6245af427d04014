package io.duckherder.spark.source;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.Fragment;
import io.duckherder.plan.ReadPlan;
import io.duckherder.plan.ReadRequest;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.StagedPart;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.worker.engine.DriverVersion;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A DuckDB file that every executor can open by the same path, read by a DuckDB in each. */
public final class EmbeddedSource implements ReadSource {
  private static final long serialVersionUID = 1;

  /** Names that DuckDB keeps for itself. */
  private static final Set<String> RESERVED = Set.of("memory", "system", "temp");

  private final String path;
  private final EngineSettings settings;
  private final EngineSettings settingsAlone;

  /**
   * A source over a file.
   *
   * @param path a path or a {@code file:} URI
   * @param settings of the DuckDB for reads that several tasks share
   * @param settingsAlone of the one for reads that a single task does
   */
  public EmbeddedSource(String path, EngineSettings settings, EngineSettings settingsAlone) {
    DriverVersion.require();
    this.path = localPath(path);
    this.settings = settings;
    this.settingsAlone = settingsAlone;
  }

  private static String localPath(String path) {
    String local = path.replaceFirst("^file:(//)?(?=/)", "");
    if (local.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read \"%s\": DuckDB opens files by a local or mounted path".formatted(path));
    }
    return Path.of(local).toAbsolutePath().normalize().toString();
  }

  @Override
  public PlannedRead plan(ReadRequest request) {
    LocalEngine local = LocalEngine.of(settings);
    Snapshot snapshot = snapshot();
    try (EngineConnection connection = local.engine().connect(snapshot, request.settings())) {
      String queryId = "spark-" + UUID.randomUUID();
      ReadPlan plan = local.planner().plan(connection.jdbc(), snapshot, queryId, request);
      List<DuckherderInputPartition> partitions = new ArrayList<>();
      for (Fragment fragment : plan.fragments()) {
        partitions.add(
            new DuckherderInputPartition(
                FragmentJson.write(fragment),
                new String[0],
                fragment.ordered(),
                plan.fragments().size() == 1));
      }
      return new PlannedRead(queryId, plan.columns(), partitions, snapshot, plan.summary());
    } catch (DuckherderException e) {
      throw explain(e);
    }
  }

  @Override
  public BatchStream open(DuckherderInputPartition partition, int attempt) {
    return LocalEngine.of(partition.alone() ? settingsAlone : settings)
        .engine()
        .run(FragmentJson.read(partition.work()));
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  @Override
  public SqlAccess sql() {
    return new FileSql(path, files(), LocalEngine.of(settings), this::snapshot);
  }

  @Override
  public TaskStage stage(StagingJob job, StagedPart part, VectorSchemaRoot root) {
    return new FileStage(
        FileWrites.staging(Path.of(path)).create(job.id(), part, root.getSchema()), root);
  }

  @Override
  public WriteAccess writes() {
    return files();
  }

  private FileWrites files() {
    return new FileWrites(Path.of(path), databaseName(), LocalEngine.of(settings).engine());
  }

  @Override
  public Optional<Object> state() {
    return Optional.of(snapshot());
  }

  @Override
  public String availableTables() {
    String sql =
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
            + " UNION ALL SELECT schema_name, view_name FROM duckdb_views()"
            + " WHERE database_name = current_database() AND NOT internal ORDER BY ALL LIMIT 20";
    List<String> names = new ArrayList<>();
    for (List<@Nullable String> row : sql().read(sql)) {
      names.add("main".equals(row.get(0)) ? row.get(1) : row.get(0) + "." + row.get(1));
    }
    return "\"" + path + "\" has the tables " + String.join(", ", names);
  }

  @Override
  public String description() {
    return path;
  }

  private Snapshot snapshot() {
    return new Snapshot(Map.of(databaseName(), DuckDBEngine.identify(Path.of(path))));
  }

  /** The name that DuckDB itself gives a file: what stands before the first dot. */
  private String databaseName() {
    String file = String.valueOf(Path.of(path).getFileName());
    int dot = file.indexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    return RESERVED.contains(stem.toLowerCase(Locale.ROOT)) ? stem + "_db" : stem;
  }

  /**
   * There is no cluster to refresh, so the engine's advice, which its message gives, is left out.
   * To collect the same dataset again is of no use: it keeps its plan.
   */
  @Override
  public DuckherderException explain(DuckherderException e) {
    if (e.code() != StandardErrorCode.FILE_CHANGED) {
      return e;
    }
    return new DuckherderException(
        StandardErrorCode.FILE_CHANGED,
        "Cannot read \"%s\": the file changed since the read was planned; load the table again"
            .formatted(path),
        e.getCause());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmbeddedSource that
        && path.equals(that.path)
        && settings.equals(that.settings)
        && settingsAlone.equals(that.settingsAlone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, settings, settingsAlone);
  }
}

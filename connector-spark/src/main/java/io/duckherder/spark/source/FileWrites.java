package io.duckherder.spark.source;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitBase;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import io.duckherder.worker.engine.StatementInterrupt;
import io.duckherder.worker.engine.WritableFile;
import io.duckherder.worker.staging.StagedCommit;
import io.duckherder.worker.staging.StagingFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

/** Writes to a file that this JVM opens for it. Driver-only. */
final class FileWrites implements WriteAccess {
  /** How long to wait for tasks that read the file. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** After this a write that did not end is taken for one whose Spark died. */
  private static final Duration AGE = Duration.ofDays(1);

  private final Path file;
  private final String database;
  private final DuckDBEngine engine;
  private final StagingFolder staging;

  FileWrites(Path file, String database, DuckDBEngine engine) {
    this.file = file;
    this.database = database;
    this.engine = engine;
    this.staging = staging(file);
  }

  /** Where the tasks of writes to a file stage rows. */
  static StagingFolder staging(Path file) {
    return new StagingFolder(file.resolveSibling(file.getFileName() + ".staging"));
  }

  @Override
  public StagingJob begin() {
    staging.dropOlder(AGE);
    StagingJob job = new StagingJob(UUID.randomUUID().toString(), "");
    staging.begin(job.id());
    return job;
  }

  @Override
  public CommitAnswer commit(CommitRequest request) {
    return transaction(
        connection -> {
          try (StatementInterrupt interrupt = engine.interrupt()) {
            CommitAnswer answer =
                new StagedCommit(engine)
                    .run(
                        connection,
                        request,
                        () ->
                            staging.open(request.job().id(), request.parts(), JvmMemory.ALLOCATOR),
                        () ->
                            request
                                .base()
                                .ifPresent(base -> requireUnchanged(base, connection.snapshot())),
                        interrupt);
            // Nobody else writes the file meanwhile.
            StagedCommit.forgetOld(connection, request.record().database(), interrupt);
            return answer;
          }
        });
  }

  private void requireUnchanged(CommitBase base, Snapshot now) {
    if (!base.snapshot().equals(now)) {
      throw new DuckherderException(
          StandardErrorCode.TRANSACTION_CONFLICT,
          "Cannot write table \"%s\": \"%s\" has changed since it was read; run the statement again"
              .formatted(base.table(), file));
    }
  }

  /** Runs work on the file as one transaction. */
  <T> T transaction(Function<EngineConnection, T> work) {
    try (WritableFile opened = WritableFile.open(engine.config(), file, database, PATIENCE)) {
      EngineConnection connection = opened.connection();
      connection.execute("BEGIN");
      T result;
      try {
        result = work.apply(connection);
      } catch (RuntimeException | Error e) {
        rollback(connection, e);
        throw e;
      }
      connection.execute("COMMIT");
      return result;
    }
  }

  private static void rollback(EngineConnection connection, Throwable failure) {
    try {
      connection.execute("ROLLBACK");
    } catch (DuckherderException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void drop(StagingJob job) {
    staging.drop(job.id());
  }
}

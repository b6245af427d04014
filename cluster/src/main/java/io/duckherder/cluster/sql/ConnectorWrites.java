package io.duckherder.cluster.sql;

import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.session.WrittenTables;
import io.duckherder.cluster.staging.StagedWrites;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.CommitStep;
import io.duckherder.wire.write.StageCommand;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.wire.write.WriteActions;
import io.duckherder.worker.staging.StagedCommit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the writes of connectors: takes the rows that tasks stage, and commits them. */
final class ConnectorWrites {
  private static final Logger log = LoggerFactory.getLogger(ConnectorWrites.class);

  private final SqlService service;
  private final ServedDatabases databases;
  private final StagedWrites staged;

  ConnectorWrites(SqlService service, ServedDatabases databases, StagedWrites staged) {
    this.service = service;
    this.databases = databases;
    this.staged = staged;
  }

  /** Takes the rows of a task. Who brings the write's key needs no token. */
  Runnable accept(FlightStream stream, StreamListener<PutResult> listener) {
    StageCommand command = StageCommand.decode(stream.getDescriptor());
    return () -> {
      staged.stage(command, new ClientStream(stream));
      listener.onCompleted();
    };
  }

  StagingJob begin() {
    live();
    return staged.begin();
  }

  void drop(Action action) {
    staged.drop(WriteActions.read(action.getBody(), StagingJob.class));
  }

  /** Runs a write as one transaction, and seals a snapshot that holds it. */
  CommitAnswer commit(CommitRequest request, StatementContext context) {
    WrittenTables tables = WrittenTables.of(StagedCommit.TABLE);
    for (CommitStep step : request.steps()) {
      tables = tables.plus(service.requireWrite(step.sql(), context));
    }
    CommitAnswer answer = live().commit(request, tables, () -> staged.open(request), context);
    forgetOld(request.record().database(), context);
    return seal(request.record().database(), answer);
  }

  /** The write is committed whatever becomes of this; the next one tries it again. */
  private void forgetOld(String database, StatementContext context) {
    try {
      live().forgetOldWrites(database, context);
    } catch (RuntimeException e) {
      log.info("Old writes of \"{}\" are still remembered: {}", database, e.getMessage());
    }
  }

  /** The write is committed whatever becomes of this. */
  private CommitAnswer seal(String database, CommitAnswer answer) {
    try {
      return databases.fresh().databases().get(database) instanceof SealedVersion sealed
          ? answer.in(sealed.number())
          : answer;
    } catch (RuntimeException e) {
      log.warn("Cannot seal a snapshot of \"{}\" after a write: {}", database, e.getMessage());
      return answer;
    }
  }

  private LiveStatements live() {
    return service
        .live()
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.READ_ONLY_DATABASE,
                    "Cannot write: this cluster has no managed database; start it with --managed"));
  }
}

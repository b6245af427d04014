package io.duckherder.spark.source;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.FlightClients;
import io.duckherder.wire.FlightErrors;
import io.duckherder.wire.write.CommitAnswer;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.wire.write.WriteActions;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes through the driver of a cluster. Driver-only. */
final class ClusterWrites implements WriteAccess {
  private static final Logger log = LoggerFactory.getLogger(ClusterWrites.class);

  /** How long a commit is asked for again that the driver does not answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  /** How often a commit is tried again that others were in the way of. */
  private static final int CONFLICTS = 8;

  /** After these nobody knows whether the commit is done. */
  private static final Set<StandardErrorCode> UNKNOWN =
      Set.of(
          StandardErrorCode.UNREACHABLE,
          StandardErrorCode.STREAM_BROKEN,
          StandardErrorCode.TIMEOUT,
          StandardErrorCode.QUERY_CANCELLED);

  private final Location driver;
  private final Optional<String> token;

  ClusterWrites(Location driver, Optional<String> token) {
    this.driver = driver;
    this.token = token;
  }

  @Override
  public StagingJob begin() {
    return WriteActions.read(act(WriteActions.BEGIN, new byte[0]), StagingJob.class);
  }

  @Override
  public CommitAnswer commit(CommitRequest request) {
    try {
      return committed(request);
    } finally {
      ActionGroups.PROCESS.written();
    }
  }

  private CommitAnswer committed(CommitRequest request) {
    byte[] body = WriteActions.json(request);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    int conflicts = 0;
    boolean lost = false;
    while (true) {
      try {
        return WriteActions.read(act(WriteActions.COMMIT, body), CommitAnswer.class);
      } catch (DuckherderException e) {
        boolean unknown = UNKNOWN.contains(e.code());
        // What was lost may have been under way still: then it is in the way of this one.
        boolean again =
            e.code() == StandardErrorCode.TRANSACTION_CONFLICT && (request.base().isEmpty() || lost)
                || lost && e.code() == StandardErrorCode.CONSTRAINT_VIOLATED;
        lost |= unknown;
        boolean late = unknown ? System.nanoTime() > deadline : ++conflicts > CONFLICTS;
        if (!unknown && !again || late) {
          throw lost ? outcomeUnknown(request, e) : e;
        }
        log.warn("The commit of write {} is asked for again: {}", request.job().id(), e.text());
        sleep(pause, request, e);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  private static void sleep(long millis, CommitRequest request, DuckherderException why) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw outcomeUnknown(request, why);
    }
  }

  private static DuckherderException outcomeUnknown(CommitRequest request, DuckherderException e) {
    return new DuckherderException(
        StandardErrorCode.WRITE_OUTCOME_UNKNOWN,
        ("Cannot tell whether write %s is committed: %s; it is if %s.duckherder.writes has a row"
                + " with this id")
            .formatted(request.record().id(), e.text(), request.record().database()),
        e);
  }

  @Override
  public void drop(StagingJob job) {
    try {
      act(WriteActions.DROP, WriteActions.json(job));
    } catch (DuckherderException e) {
      log.warn("The driver keeps the rows of write {} for a day: {}", job.id(), e.text());
    }
  }

  private byte[] act(String type, byte[] body) {
    byte[] answer = new byte[0];
    try (FlightClient client = FlightClients.open(JvmMemory.ALLOCATOR, driver, token)) {
      Iterator<Result> results = client.doAction(new Action(type, body));
      while (results.hasNext()) {
        answer = results.next().getBody();
      }
      return answer;
    } catch (FlightRuntimeException e) {
      throw FlightErrors.fromFlight(e, "the driver at " + FlightClients.address(driver));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "The write was cancelled", e);
    }
  }
}

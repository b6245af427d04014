package io.duckherder.cluster.staging;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.CommitRequest;
import io.duckherder.wire.write.StageCommand;
import io.duckherder.wire.write.StagingJob;
import io.duckherder.worker.staging.StagedFile;
import io.duckherder.worker.staging.StagingFolder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The writes that connectors have begun, and the rows that their tasks staged. They live no longer
 * than the driver: what an earlier one left is deleted when this is made. Safe for use by many
 * threads.
 */
public final class StagedWrites {
  /** How long a write may do nothing: the longest task, and a Spark that died is not missed. */
  private static final Duration IDLE = Duration.ofHours(24);

  private static final int KEY_BYTES = 32;

  private final StagingFolder folder;
  private final BufferAllocator allocator;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Entry> jobs = new ConcurrentHashMap<>();

  private record Entry(StagingJob job, Instant lastUsed) {}

  /** Deletes what is in the folder. */
  public StagedWrites(StagingFolder folder, BufferAllocator allocator, Clock clock) {
    this.folder = folder;
    this.allocator = allocator;
    this.clock = clock;
    folder.dropOlder(Duration.ZERO);
  }

  /** Begins a write. */
  public StagingJob begin() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    StagingJob job = new StagingJob(UUID.randomUUID().toString(), HexFormat.of().formatHex(key));
    folder.begin(job.id());
    jobs.put(job.id(), new Entry(job, clock.instant()));
    return job;
  }

  /** Takes the rows of a task; they are staged when this returns, and not if it fails. */
  public void stage(StageCommand command, BatchStream stream) {
    StagingJob job = use(command.job());
    try (StagedFile file = folder.create(job.id(), command.part(), stream.schema())) {
      while (stream.next()) {
        file.write(stream.root());
      }
      file.finish();
    }
    use(job);
  }

  private StagingJob use(StagingJob asked) {
    Entry entry = jobs.get(asked.id());
    if (entry == null) {
      throw new DuckherderException(
          StandardErrorCode.STAGED_ROWS_LOST,
          ("Cannot stage rows of write %s: it has ended, or the driver was started anew since it"
                  + " began; nothing was written")
              .formatted(asked.id()));
    }
    if (!MessageDigest.isEqual(
        entry.job().key().getBytes(StandardCharsets.UTF_8),
        asked.key().getBytes(StandardCharsets.UTF_8))) {
      throw new DuckherderException(
          StandardErrorCode.AUTHENTICATION_FAILED,
          "Cannot stage rows of write %s: the key is not the write's".formatted(asked.id()));
    }
    jobs.replace(asked.id(), entry, new Entry(entry.job(), clock.instant()));
    return entry.job();
  }

  /** The rows that a write takes; the caller closes the stream. */
  public BatchStream open(CommitRequest request) {
    return folder.open(request.job().id(), request.parts(), allocator);
  }

  /** Ends a write: deletes what it staged. */
  public void drop(StagingJob job) {
    jobs.remove(job.id());
    folder.drop(job.id());
  }

  /** Ends writes that nobody goes on with. */
  public void dropIdle() {
    Instant limit = clock.instant().minus(IDLE);
    jobs.values().stream()
        .filter(entry -> entry.lastUsed().isBefore(limit))
        .forEach(entry -> drop(entry.job()));
  }
}

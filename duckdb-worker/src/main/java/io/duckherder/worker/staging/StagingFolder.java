package io.duckherder.worker.staging;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.write.StagedPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A folder of staged rows. What is in it belongs to no database: to delete it loses nothing but
 * writes that did not end.
 *
 * <pre>
 * job/                one write
 *   3-17.arrow        what run 17 of task 3 staged, whole
 *   4-18.part         what run 18 of task 4 is writing
 * </pre>
 */
public final class StagingFolder {
  /** What stays free of the disk that it is on. */
  static final long RESERVE_BYTES = 1L << 30;

  private final Path root;

  /** A folder that is made when it is needed. */
  public StagingFolder(Path root) {
    this.root = root;
  }

  /** Makes room for a write. */
  public void begin(String job) {
    try {
      Files.createDirectories(folder(job));
    } catch (IOException e) {
      throw failure("make the folder \"" + folder(job) + "\" for staged rows", e);
    }
  }

  /** Opens the file of one run of a task; the caller closes it. */
  public StagedFile create(String job, StagedPart part, Schema schema) {
    return StagedFile.create(part(job, part), file(job, part), schema);
  }

  /** All rows of some runs of tasks, one after the other; the caller closes the stream. */
  public BatchStream open(String job, List<StagedPart> parts, BufferAllocator allocator) {
    List<Path> files = new ArrayList<>();
    for (StagedPart part : parts) {
      Path file = file(job, part);
      if (!Files.exists(file)) {
        throw new DuckherderException(
            StandardErrorCode.STAGED_ROWS_LOST,
            ("Cannot commit write %s: the rows of its task %d are not staged any more; nothing was"
                    + " written, run the job again")
                .formatted(job, part.partition()));
      }
      files.add(file);
    }
    return new StagedStream(files, allocator);
  }

  /** Deletes what a write staged. */
  public void drop(String job) {
    delete(folder(job));
    try {
      Files.deleteIfExists(root);
    } catch (IOException e) {
      // Others stage rows here.
    }
  }

  /** Deletes what writes staged that nobody touched for a while: their Spark is gone. */
  public void dropOlder(Duration age) {
    Instant limit = Instant.now().minus(age);
    try (Stream<Path> jobs = Files.list(root)) {
      for (Path job : jobs.toList()) {
        if (lastTouched(job).isBefore(limit)) {
          drop(String.valueOf(job.getFileName()));
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was staged.
    } catch (IOException e) {
      throw failure("list \"" + root + "\"", e);
    }
  }

  private static Instant lastTouched(Path job) throws IOException {
    Instant last = Files.getLastModifiedTime(job).toInstant();
    try (Stream<Path> files = Files.list(job)) {
      for (Path file : files.toList()) {
        Instant touched = Files.getLastModifiedTime(file).toInstant();
        last = touched.isAfter(last) ? touched : last;
      }
    } catch (NoSuchFileException e) {
      // It is being deleted.
    }
    return last;
  }

  private Path folder(String job) {
    if (!job.matches("[0-9a-zA-Z-]+")) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Invalid name of a write: \"%s\" (expected letters and digits)".formatted(job));
    }
    return root.resolve(job);
  }

  private Path file(String job, StagedPart part) {
    return folder(job).resolve(part.partition() + "-" + part.attempt() + ".arrow");
  }

  private Path part(String job, StagedPart part) {
    return folder(job).resolve(part.partition() + "-" + part.attempt() + ".part");
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // It is gone.
    } catch (IOException e) {
      throw failure("delete the staged rows in \"" + folder + "\"", e);
    } catch (UncheckedIOException e) {
      throw failure(
          "delete the staged rows in \"" + folder + "\"", Objects.requireNonNull(e.getCause()));
    }
  }

  static DuckherderException failure(String what, IOException e) {
    String reason = String.valueOf(e.getMessage());
    boolean full = reason.toLowerCase(Locale.ROOT).contains("no space left");
    return new DuckherderException(
        full ? StandardErrorCode.OUT_OF_DISK : StandardErrorCode.STAGED_ROWS_LOST,
        "Cannot %s: %s".formatted(what, reason),
        e);
  }
}

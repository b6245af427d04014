package io.duckherder.cluster.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A temporary directory that goes with everything in it, unless it is to be kept. */
final class DemoDirectory implements AutoCloseable {
  private static final int ATTEMPTS = 40;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Path path;
  private final boolean kept;

  private DemoDirectory(Path path, boolean kept) {
    this.path = path;
    this.kept = kept;
  }

  static DemoDirectory create(boolean kept) throws IOException {
    return new DemoDirectory(Files.createTempDirectory("duckherder-demo-"), kept);
  }

  Path path() {
    return path;
  }

  /** Deletes everything; what ends at the same time may still write for a moment. */
  @Override
  public void close() throws IOException {
    for (int attempt = 1; !kept && Files.exists(path); attempt++) {
      try {
        delete();
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void delete() throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(path)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }
}

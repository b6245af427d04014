package io.duckherder.cluster.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory that goes with everything in it, unless it is to be kept. */
final class DemoDirectory implements AutoCloseable {
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

  @Override
  public void close() throws IOException {
    if (kept || !Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(path)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }
}

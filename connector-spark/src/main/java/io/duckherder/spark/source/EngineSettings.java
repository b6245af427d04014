package io.duckherder.spark.source;

import java.io.Serializable;
import java.util.Objects;

/** How the DuckDB of each executor runs. Executor-serialised. */
public final class EngineSettings implements Serializable {
  private static final long serialVersionUID = 1;

  private final String memoryLimit;
  private final int threads;
  private final String temporaryDirectory;

  /**
   * Settings.
   *
   * @param memoryLimit as DuckDB writes sizes: {@code 1GiB}
   * @param threads threads of DuckDB
   * @param temporaryDirectory where it spills; empty for a folder among the JVM's temporary files
   */
  public EngineSettings(String memoryLimit, int threads, String temporaryDirectory) {
    this.memoryLimit = memoryLimit;
    this.threads = threads;
    this.temporaryDirectory = temporaryDirectory;
  }

  String memoryLimit() {
    return memoryLimit;
  }

  int threads() {
    return threads;
  }

  String temporaryDirectory() {
    return temporaryDirectory;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EngineSettings that
        && memoryLimit.equals(that.memoryLimit)
        && threads == that.threads
        && temporaryDirectory.equals(that.temporaryDirectory);
  }

  @Override
  public int hashCode() {
    return Objects.hash(memoryLimit, threads, temporaryDirectory);
  }
}

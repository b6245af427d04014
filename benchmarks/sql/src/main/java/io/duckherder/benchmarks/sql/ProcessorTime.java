package io.duckherder.benchmarks.sql;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The processor time of processes, and the cores that they may take it from. */
final class ProcessorTime {
  private ProcessorTime() {}

  /** Seconds that a process has taken, without those of its child processes. */
  static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
  }

  /**
   * Limits all threads of a process, and those that they start, to some cores.
   *
   * @param cores as taskset writes them, like {@code 0,1}
   */
  static void pin(ProcessHandle process, String cores) throws IOException, InterruptedException {
    List<String> command =
        List.of("taskset", "-a", "-c", "-p", cores, String.valueOf(process.pid()));
    Process taskset =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (taskset.waitFor() != 0) {
      throw new IOException(
          "Cannot pin process %d to cores %s; this needs Linux and that many cores"
              .formatted(process.pid(), cores));
    }
  }
}

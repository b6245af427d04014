package io.duckherder.cluster.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A driver that runs on this machine, as its state directory records it.
 *
 * @param pid its process
 * @param startedAt when the process was started, milliseconds since 1970: a pid alone may have been
 *     given to another process since
 * @param url where clients reach it
 * @param tokenFile where its token is, absent if it needs none
 */
public record RunningDriver(
    @JsonProperty("pid") long pid,
    @JsonProperty("startedAt") long startedAt,
    @JsonProperty("url") String url,
    @JsonProperty("tokenFile") @Nullable String tokenFile) {

  /** This process, as a driver at an address. */
  static RunningDriver self(String url, Optional<String> tokenFile) {
    ProcessHandle self = ProcessHandle.current();
    return new RunningDriver(self.pid(), startOf(self), url, tokenFile.orElse(null));
  }

  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process) == startedAt)
        .isPresent();
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}

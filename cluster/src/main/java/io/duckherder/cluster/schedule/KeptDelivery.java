package io.duckherder.cluster.schedule;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import io.duckherder.wire.OutputStatistics;
import org.jspecify.annotations.Nullable;

/** Takes the row by which a worker tells what it keeps. */
final class KeptDelivery implements TaskDelivery {
  private volatile OutputStatistics statistics = new OutputStatistics(0, 0, 0, 0, 0, 0);

  @Override
  public void receive(BatchStream stream) {
    @Nullable OutputStatistics told = null;
    while (stream.next()) {
      told = OutputStatistics.read(stream.root());
    }
    if (told == null) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR,
          "A worker did not tell what it keeps of a task; please report it with the worker's log");
    }
    statistics = told;
  }

  @Override
  public long rows() {
    return statistics.rows();
  }

  @Override
  public long bytes() {
    return statistics.bytes();
  }

  @Override
  public void accept() {}

  @Override
  public boolean discard() {
    return true;
  }
}

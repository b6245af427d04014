package io.duckherder.cluster.schedule;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Takes the row by which a worker tells what it keeps. */
final class KeptDelivery implements TaskDelivery {
  private long rows;
  private long bytes;

  @Override
  public void receive(BatchStream stream) {
    boolean told = false;
    while (stream.next()) {
      if (stream.root().getRowCount() > 0) {
        rows = number(stream.root(), "rows");
        bytes = number(stream.root(), "bytes");
        told = true;
      }
    }
    if (!told) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR,
          "A worker did not tell what it keeps of a task; please report it with the worker's log");
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void accept() {}

  @Override
  public boolean discard() {
    return true;
  }

  private static long number(VectorSchemaRoot root, String column) {
    return ((BigIntVector) root.getVector(column)).get(0);
  }
}

package io.duckherder.worker.engine;

import io.duckherder.wire.BatchStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of a fragment that reads earlier stages: its inputs come first. */
final class ConsumingStream implements BatchStream {
  private final EngineConnection connection;
  private final FragmentInputs inputs;

  /** The fragment's own rows; starts at the first call. */
  private final BatchStream rows;

  private boolean provided;

  ConsumingStream(EngineConnection connection, FragmentInputs inputs, BatchStream rows) {
    this.connection = connection;
    this.inputs = inputs;
    this.rows = rows;
  }

  @Override
  public Schema schema() {
    return root().getSchema();
  }

  @Override
  public boolean next() {
    provide();
    return rows.next();
  }

  @Override
  public VectorSchemaRoot root() {
    provide();
    return rows.root();
  }

  @Override
  public long workNanos() {
    return rows.workNanos();
  }

  @Override
  public void cancel() {
    inputs.cancel();
    rows.cancel();
  }

  @Override
  public void close() {
    rows.close();
  }

  private void provide() {
    if (!provided) {
      inputs.provide(connection);
      provided = true;
    }
  }
}

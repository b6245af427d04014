package io.duckherder.worker.replica;

import io.duckherder.storage.ObjectSource;
import io.duckherder.wire.replication.ObjectRange;
import io.duckherder.wire.replication.ReplicationActions;
import java.nio.ByteBuffer;

/** The snapshots of a managed database, read from the driver. */
record FlightObjectSource(DriverCalls driver, String database) implements ObjectSource {
  @Override
  public long size(String name) {
    return driver.ask(
        ReplicationActions.OBJECT_SIZE,
        ReplicationActions.write(ObjectRange.ofStore(database, name, 0, 0)),
        Long.class);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    driver.read(ObjectRange.ofStore(database, name, offset, into.remaining()), into);
  }
}

package io.duckherder.cluster.replication;

import io.duckherder.cluster.replication.ServedStores.ServedStore;
import io.duckherder.cluster.security.Authentication;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.FileIdentity;
import io.duckherder.wire.BatchSender;
import io.duckherder.wire.replication.HostFolders;
import io.duckherder.wire.replication.ObjectRange;
import io.duckherder.wire.replication.ReplicationActions;
import io.duckherder.wire.replication.StoreDescription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Answers workers that ask what replicas are made of. Only those that show the cluster's secret are
 * answered, and only about databases of the cluster.
 */
public final class ReplicationService implements AutoCloseable {
  /** More than a worker asks for at once. */
  private static final int MAXIMUM_RANGE = 64 << 20;

  private final ServedStores stores;
  private final ServedFiles files;
  private final Executor executor;
  private final BufferAllocator allocator;

  /**
   * @param stores the managed databases
   * @param served the external databases by name, as new queries read them
   * @param executor sends the bytes
   */
  public ReplicationService(
      ServedStores stores,
      Supplier<Map<String, FileIdentity>> served,
      Executor executor,
      BufferAllocator allocator) {
    this.stores = stores;
    this.files = new ServedFiles(served);
    this.executor = executor;
    this.allocator = allocator;
  }

  /** Does an action of {@link ReplicationActions} and gives the body of its answer. */
  public byte[] run(CallContext call, Action action) {
    Authentication.requireWorker(call);
    return switch (action.getType()) {
      case ReplicationActions.STORE ->
          ReplicationActions.write(describe(new String(action.getBody(), StandardCharsets.UTF_8)));
      case ReplicationActions.FILE ->
          ReplicationActions.write(
              files.find(ReplicationActions.read(action.getBody(), FileIdentity.class)).describe());
      default ->
          ReplicationActions.write(
              size(ReplicationActions.read(action.getBody(), ObjectRange.class)));
    };
  }

  /** Sends the range that a ticket is for. */
  public void send(CallContext call, Ticket ticket, ServerStreamListener listener) {
    Authentication.requireWorker(call);
    ObjectRange range = ObjectRange.ofTicket(ticket.getBytes());
    if (range.length() < 0 || range.length() > MAXIMUM_RANGE || range.offset() < 0) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read %d bytes from %d on: at most %d are read at once"
              .formatted(range.length(), range.offset(), MAXIMUM_RANGE));
    }
    BatchSender.send(
        new RangeStream(reader(range), range.offset(), range.length(), allocator),
        listener,
        executor,
        () -> {});
  }

  private ByteReader reader(ObjectRange range) {
    if (range.file().isPresent()) {
      ServedFile file = files.find(range.file().get());
      return (offset, into) -> file.readRange(range.object(), offset, into);
    }
    ServedStore store = store(range.database());
    return (offset, into) -> store.objects().read(range.object(), offset, into);
  }

  private long size(ObjectRange range) {
    return store(range.database()).objects().size(range.object());
  }

  private StoreDescription describe(String id) {
    ServedStore store = store(id);
    try {
      return new StoreDescription(
          HostFolders.host(),
          HostFolders.describe(store.directory()),
          HostFolders.describe(Files.createDirectories(store.replicas())),
          store.replicaSpace());
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot find the folders of a snapshot store: " + e.getMessage(),
          e);
    }
  }

  private ServedStore store(String id) {
    return stores
        .find(id)
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.SNAPSHOT_NOT_FOUND,
                    "Cannot find the snapshots of database %s: this cluster does not write it"
                        .formatted(id)));
  }

  @Override
  public void close() {
    files.close();
  }
}

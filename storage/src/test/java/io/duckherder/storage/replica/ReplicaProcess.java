package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A process that reads replicas of a folder that it shares with others, and checks each. */
final class ReplicaProcess {
  private static final int DAMAGED = 3;

  private ReplicaProcess() {}

  /** Starts one: folder of the replicas, of the store, capacity, and what to do. */
  static Process start(Path root, Path store, long capacity, String... task) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ReplicaProcess.class.getName(),
                root.toString(),
                store.toString(),
                String.valueOf(capacity)));
    command.addAll(List.of(task));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    TestingStore store = new TestingStore(Path.of(arguments[1]));
    ReplicaDirectory directory =
        ReplicaDirectory.open(Path.of(arguments[0]), OptionalLong.of(Long.parseLong(arguments[2])));
    long seed = Long.parseLong(arguments[4]);
    switch (arguments[3]) {
      case "read" -> read(directory, store, seed, Integer.parseInt(arguments[5]));
      case "halt" -> {
        AtomicLong left = new AtomicLong(seed);
        slots(directory, store, halting(store, left))
            .acquire(Long.parseLong(arguments[5]), store.id());
      }
      default -> throw new IllegalArgumentException(arguments[3]);
    }
  }

  private static void read(ReplicaDirectory directory, TestingStore store, long seed, int rounds)
      throws IOException {
    Random random = new Random(seed);
    ReplicaSlots slots = slots(directory, store, store);
    for (int round = 0; round < rounds; round++) {
      long number = 1 + random.nextInt(TestReplicaProcesses.SNAPSHOTS);
      try (ReplicaLease lease = slots.acquire(number, store.id())) {
        check(lease, store, number);
        Thread.onSpinWait();
        check(lease, store, number);
      } catch (DuckherderException e) {
        if (e.code() != StandardErrorCode.NO_REPLICA_SLOT) {
          throw e;
        }
      }
    }
  }

  private static void check(ReplicaLease lease, TestingStore store, long number)
      throws IOException {
    if (!Arrays.equals(Files.readAllBytes(lease.file()), store.fileOf(number))) {
      System.err.println(lease.file() + " is not snapshot " + number);
      Runtime.getRuntime().halt(DAMAGED);
    }
  }

  static ReplicaSlots slots(ReplicaDirectory directory, TestingStore store, ObjectSource source) {
    return new ReplicaSlots(directory, "database", SlotOrder.BY_NUMBER, store::content, source, 2);
  }

  /** A source at which the process ends, as if killed, after some reads. */
  private static ObjectSource halting(ObjectSource source, AtomicLong left) {
    return new ObjectSource() {
      @Override
      public long size(String name) {
        return source.size(name);
      }

      @Override
      public void read(String name, long offset, ByteBuffer into) {
        if (left.getAndDecrement() <= 0) {
          Runtime.getRuntime().halt(1);
        }
        source.read(name, offset, into);
      }
    };
  }
}

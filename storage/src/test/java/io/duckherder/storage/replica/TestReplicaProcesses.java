package io.duckherder.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.storage.ObjectSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one folder, some of which are killed. */
final class TestReplicaProcesses {
  static final int SNAPSHOTS = 6;

  private static final int PROCESSES = 4;
  private static final int ROUNDS = 20;
  private static final int KILLS = 8;

  @TempDir private Path temp;

  private LiveDatabase live;
  private TestingStore store;
  private Path root;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void seal() throws IOException, SQLException {
    live = new LiveDatabase(temp.resolve("live"));
    store = live.store();
    root = temp.resolve("replicas");
    live.checkpointAndSeal(
        "CREATE TABLE t AS SELECT i, hash(i) AS h, hash(i + 1) AS g FROM range(600000) r(i)");
    for (int i = 1; i < SNAPSHOTS; i++) {
      live.checkpointAndSeal(
          "UPDATE t SET h = hash(h), g = hash(g) WHERE i > %d".formatted(i * 100_000));
    }
  }

  @AfterEach
  void stop() throws SQLException {
    started.forEach(Process::destroyForcibly);
    live.close();
  }

  @Test
  void everyProcessReadsWhatItAskedFor() throws Exception {
    List<Process> readers = new ArrayList<>();
    for (int seed = 0; seed < PROCESSES; seed++) {
      readers.add(start("read", seed, ROUNDS));
    }
    for (Process reader : readers) {
      assertThat(reader.waitFor()).isZero();
    }
    assertAllSnapshots();
  }

  @Test
  void processesGoOnWhereOthersAreKilled() throws Exception {
    Random random = new Random(42);
    Process steady = start("read", 1000, ROUNDS);
    for (int seed = 0; seed < KILLS; seed++) {
      Process victim = start("read", seed, Integer.MAX_VALUE);
      // Java takes its time to start: most are killed while they copy.
      assertThat(victim.waitFor(300 + random.nextInt(400), TimeUnit.MILLISECONDS)).isFalse();
      victim.destroyForcibly().waitFor();
    }
    assertThat(steady.waitFor()).isZero();
    assertAllSnapshots();
  }

  @Test
  void changeThatWasCutShortIsFinishedByTheNext() throws Exception {
    for (int reads = 0; reads < 4; reads++) {
      for (long number : new long[] {1, 2, 4}) {
        Process halted = start("halt", reads, number);
        halted.waitFor();
        try (ReplicaLease lease = slots().acquire(number, store.id())) {
          assertThat(Files.readAllBytes(lease.file())).isEqualTo(store.fileOf(number));
        }
      }
    }
    assertAllSnapshots();
  }

  @RepeatedTest(10)
  void manyThatWantOneSnapshotCopyItOnce() throws Exception {
    long whole = store.content(1).fileBytes();
    List<Thread> threads = new ArrayList<>();
    List<ReplicaLease> leases = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 8; i++) {
      Thread thread = new Thread(() -> leases.add(slots().acquire(1, store.id())));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(leases).hasSize(8).extracting(ReplicaLease::file).containsOnly(leases.get(0).file());
    assertThat(store.read).hasValueLessThanOrEqualTo(whole);
    leases.forEach(ReplicaLease::close);
  }

  @Test
  void anotherSnapshotWaitsForTheFirstReplicaAndIsMadeOfIt() throws Exception {
    long first = SNAPSHOTS - 1;
    long whole = store.content(first).fileBytes();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ObjectSource slow = new WaitingSource(store, reading, goOn);
    ReplicaSlots slots =
        ReplicaProcess.slots(ReplicaDirectory.open(root, OptionalLong.empty()), store, slow);
    List<ReplicaLease> leases = java.util.Collections.synchronizedList(new ArrayList<>());
    Thread one = new Thread(() -> leases.add(slots.acquire(first, store.id())));
    one.start();
    reading.await();
    Thread other = new Thread(() -> leases.add(slots().acquire(SNAPSHOTS, store.id())));
    other.start();
    // It would wait a moment in the same way if it did something else first.
    goOn.countDown();
    one.join();
    other.join();
    assertThat(leases).hasSize(2);
    assertThat(store.read).hasValueLessThan(whole * 3 / 2);
    leases.forEach(ReplicaLease::close);
  }

  private Process start(String task, long seed, long rounds) throws IOException {
    Process process =
        ReplicaProcess.start(
            root,
            store.object("").toAbsolutePath(),
            capacity(),
            task,
            String.valueOf(seed),
            String.valueOf(rounds));
    started.add(process);
    return process;
  }

  /** Room for fewer slots than there are snapshots. */
  private long capacity() {
    return store.content(SNAPSHOTS).fileBytes() * 5;
  }

  private ReplicaSlots slots() {
    return ReplicaProcess.slots(
        ReplicaDirectory.open(root, OptionalLong.of(capacity())), store, store);
  }

  private void assertAllSnapshots() throws IOException {
    for (long number = 1; number <= SNAPSHOTS; number++) {
      try (ReplicaLease lease = slots().acquire(number, store.id())) {
        assertThat(Files.readAllBytes(lease.file())).isEqualTo(store.fileOf(number));
      }
    }
  }

  /** A source that begins to give when it may. */
  private record WaitingSource(ObjectSource source, CountDownLatch reading, CountDownLatch goOn)
      implements ObjectSource {
    @Override
    public long size(String name) {
      return source.size(name);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) {
      reading.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      source.read(name, offset, into);
    }
  }
}

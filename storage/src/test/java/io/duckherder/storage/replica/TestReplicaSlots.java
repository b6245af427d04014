package io.duckherder.storage.replica;

import static io.duckherder.storage.replica.TestingStore.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestReplicaSlots {
  private static final String ROWS =
      "CREATE TABLE t AS SELECT i, hash(i) AS h, hash(i + 1) AS g FROM range(400000) r(i)";

  @TempDir private Path temp;

  private LiveDatabase live;
  private TestingStore store;

  @BeforeEach
  void start() throws IOException, SQLException {
    live = new LiveDatabase(temp.resolve("live"));
    store = live.store();
  }

  @AfterEach
  void stop() throws SQLException {
    live.close();
  }

  @Test
  void makesFileOfSnapshot() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      assertHolds(lease, number);
      assertThat(LiveDatabase.read(lease.file(), "SELECT count(*) FROM t")).isEqualTo("400000");
    }
  }

  @Test
  void readsCommitsThatAreInLogOnly() throws Exception {
    live.checkpointAndSeal(ROWS);
    live.sql("INSERT INTO t VALUES (-1, 0, 0)");
    long number = live.seal();
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      assertHolds(lease, number);
      assertThat(store.logOf(number)).isNotEmpty();
      assertThat(LiveDatabase.read(lease.file(), "SELECT min(i) FROM t")).isEqualTo("-1");
      assertHolds(lease, number);
    }
  }

  @Test
  void copiesOnlyWhatDiffersForwardsAndBackwards() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 5");
    ReplicaSlots slots = slots();
    slots.acquire(first, store.id()).close();
    long whole = store.content(first).fileBytes();
    assertThat(store.read).hasValueGreaterThan(whole * 3 / 4);

    store.read.set(0);
    try (ReplicaLease lease = slots.acquire(second, store.id())) {
      assertHolds(lease, second);
    }
    assertThat(store.read).hasValueBetween(1L, whole / 2);
    assertThat(slotFiles()).hasSize(1);

    // The newer one stays where it is: it is wanted again.
    try (ReplicaLease lease = slots.acquire(first, store.id())) {
      assertHolds(lease, first);
    }
    assertThat(slotFiles()).hasSize(2);
    store.read.set(0);
    slots.acquire(second, store.id()).close();
    slots.acquire(first, store.id()).close();
    assertThat(store.read).hasValue(0);
  }

  @Test
  void patchesBackwardsWhereDiskIsShort() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 5");
    ReplicaSlots slots = slots(OptionalLong.of(store.content(second).fileBytes() * 3 / 2));
    slots.acquire(second, store.id()).close();
    store.read.set(0);
    try (ReplicaLease lease = slots.acquire(first, store.id())) {
      assertHolds(lease, first);
      assertThat(LiveDatabase.read(lease.file(), "SELECT h = hash(i) FROM t WHERE i = 5"))
          .isEqualTo("true");
    }
    assertThat(store.read).hasValueBetween(1L, store.content(first).fileBytes() / 2);
    assertThat(slotFiles()).hasSize(1);
  }

  @Test
  void slotInUseIsSharedAndNeverChanged() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 5");
    ReplicaSlots slots = slots();
    try (ReplicaLease lease = slots.acquire(first, store.id());
        ReplicaLease same = slots().acquire(first, store.id())) {
      assertThat(same.file()).isEqualTo(lease.file());
      store.read.set(0);
      try (ReplicaLease other = slots().acquire(second, store.id())) {
        assertThat(other.file()).isNotEqualTo(lease.file());
        assertHolds(lease, first);
        assertHolds(other, second);
        // All that both hold came from the slot beside it.
        assertThat(store.read).hasValueBetween(1L, store.content(second).fileBytes() / 2);
      }
    }
  }

  @Test
  void logThatGrewIsAppendedTo() throws Exception {
    live.checkpointAndSeal("CREATE TABLE t(i BIGINT, s VARCHAR)");
    live.sql("INSERT INTO t SELECT i, hash(i)::VARCHAR FROM range(50000) r(i)");
    long first = live.seal();
    live.sql("INSERT INTO t VALUES (-1, 'last')");
    long second = live.seal();
    live.sql("CHECKPOINT");
    long third = live.seal();
    assertThat(store.content(second).wal()).hasSize(2);
    ReplicaSlots slots = slots();
    slots.acquire(first, store.id()).close();
    store.read.set(0);
    try (ReplicaLease lease = slots.acquire(second, store.id())) {
      assertHolds(lease, second);
      assertThat(store.read).hasValue(store.content(second).wal().get(1).length());
      assertThat(LiveDatabase.read(lease.file(), "SELECT count(*) FROM t")).isEqualTo("50001");
    }
    try (ReplicaLease lease = slots.acquire(third, store.id())) {
      assertHolds(lease, third);
      assertThat(Path.of(lease.file() + ".wal")).doesNotExist();
    }
  }

  @Test
  void fileShrinksAndFreeBlocksAreZeros() throws Exception {
    long big = live.checkpointAndSeal(ROWS);
    Path file = temp.resolve("small.duckdb");
    live.sql(
        "ATTACH '%s' AS small".formatted(file),
        "CREATE TABLE small.t AS SELECT i FROM range(100000) r(i)",
        "DETACH small");
    long small = store.seal(file);
    int blocks = store.content(small).blocks().size();
    assertThat(blocks).isLessThan(store.content(big).blocks().size());
    long holes = store.seal(file, 0, blocks - 1);
    ReplicaSlots slots = slots();
    slots.acquire(big, store.id()).close();
    try (ReplicaLease lease = slots.acquire(small, store.id())) {
      assertHolds(lease, small);
    }
    try (ReplicaLease lease = slots.acquire(holes, store.id())) {
      assertHolds(lease, holes);
    }
    try (ReplicaLease lease =
        slots(temp.resolve("others"), OptionalLong.empty()).acquire(holes, store.id())) {
      assertHolds(lease, holes);
    }
  }

  @Test
  void damageThatStaysIsAnErrorAndTheSlotClaimsNothing() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = hash(h)");
    ReplicaSlots slots = slots();
    slots.acquire(first, store.id()).close();
    flip(store.object("layer-2"), TestingStore.HEADERS + BLOCK + 77);
    assertThatThrownBy(() -> slots.acquire(second, store.id()))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SNAPSHOT_STORE_BROKEN))
        .hasMessageContaining("\"layer-2\"");
    try (ReplicaLease lease = slots.acquire(first, store.id())) {
      assertHolds(lease, first);
    }
    flip(store.object("layer-2"), TestingStore.HEADERS + BLOCK + 77);
    try (ReplicaLease lease = slots.acquire(second, store.id())) {
      assertHolds(lease, second);
    }
  }

  @Test
  void damageOnTheWayIsReadAgain() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    FailingSource failing = new FailingSource(store);
    failing.damageNext();
    try (ReplicaLease lease = slots(failing).acquire(number, store.id())) {
      assertHolds(lease, number);
    }
  }

  @Test
  void brokenCopyGoesOnWhereItWas() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    long whole = store.content(number).fileBytes();
    FailingSource failing = new FailingSource(store);
    failing.breakAfter(1);
    ReplicaSlots slots = slots(failing);
    assertThatThrownBy(() -> slots.acquire(number, store.id()))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.STREAM_BROKEN));
    store.read.set(0);
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      assertHolds(lease, number);
    }
    assertThat(store.read).hasValueBetween(1L, whole * 3 / 4);
  }

  @Test
  void whatACutShortChangeLeftIsNotBelievedForAnotherSnapshot() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = hash(h), g = hash(g)");
    long third = live.checkpointAndSeal("UPDATE t SET g = hash(g)");
    ReplicaSlots slots = slots();
    slots.acquire(first, store.id()).close();
    FailingSource failing = new FailingSource(store);
    failing.breakAfter(1);
    assertThatThrownBy(() -> slots(failing).acquire(second, store.id()))
        .isInstanceOf(DuckherderException.class);
    failing.breakAfter(0);
    assertThatThrownBy(() -> slots(failing).acquire(third, store.id()))
        .isInstanceOf(DuckherderException.class);
    for (long number : new long[] {third, first, second}) {
      try (ReplicaLease lease = slots.acquire(number, store.id())) {
        assertHolds(lease, number);
      }
    }
  }

  @Test
  void slotThatSomebodyElseWroteIsMadeRight() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    Path file;
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      file = lease.file();
    }
    flip(file, TestingStore.HEADERS + BLOCK + 5);
    store.read.set(0);
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      assertHolds(lease, number);
    }
    assertThat(store.read).hasValue(BLOCK);
    Files.delete(file);
    try (ReplicaLease lease = slots().acquire(number, store.id())) {
      assertHolds(lease, number);
    }
  }

  @Test
  void allSlotsInUseIsAnErrorThatSaysSo() throws Exception {
    long first = live.checkpointAndSeal(ROWS);
    long second = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 5");
    long size = store.content(second).fileBytes();
    ReplicaSlots slots = slots(OptionalLong.of(size * 3 / 2));
    try (ReplicaLease lease = slots.acquire(first, store.id())) {
      assertThatThrownBy(() -> slots.acquire(second, store.id()))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> {
                assertThat(e.code()).isEqualTo(StandardErrorCode.NO_REPLICA_SLOT);
                assertThat(e.code().retryable()).isTrue();
              })
          .hasMessageContaining("of " + size * 3 / 2)
          .hasMessageContaining("hold snapshots " + first)
          .hasMessageContaining("--replica-space");
      assertHolds(lease, first);
    }
    slots.acquire(second, store.id()).close();
  }

  @Test
  void unusedSlotsOfOtherDatabasesMakeRoom() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    ReplicaDirectory directory =
        ReplicaDirectory.open(
            temp.resolve("replicas"), OptionalLong.of(store.content(number).fileBytes() * 3 / 2));
    ReplicaLease other = slots(directory, "other").acquire(number, store.id());
    assertThatThrownBy(() -> slots(directory, "one").acquire(number, store.id()))
        .hasMessageContaining("Cannot make a replica");
    other.close();
    try (ReplicaLease lease = slots(directory, "one").acquire(number, store.id())) {
      assertHolds(lease, number);
    }
    assertThat(other.file()).doesNotExist();
  }

  @Test
  void surplusSlotsAreDropped() throws Exception {
    ReplicaSlots slots = slots();
    List<ReplicaLease> leases = new java.util.ArrayList<>();
    live.sql(ROWS);
    for (int i = 0; i < 5; i++) {
      long number = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 5");
      leases.add(slots.acquire(number, store.id()));
    }
    assertThat(slotFiles()).hasSize(5);
    leases.forEach(ReplicaLease::close);
    long last = live.checkpointAndSeal("UPDATE t SET h = 1 WHERE i = 6");
    try (ReplicaLease lease = slots.acquire(last, store.id())) {
      assertHolds(lease, last);
      assertThat(slotFiles()).hasSize(3);
    }
  }

  @Test
  void firstReplicaIsOnItsWayUntilItsMakerLetsOthersReadIt() throws Exception {
    slots().acquire(live.checkpointAndSeal(ROWS), store.id()).close();
    Slot slot = new Slot(temp.resolve("replicas/database"), 1);
    assertThat(firstIsOnItsWay(slot)).isFalse();
    assertThat(HostLocks.PROCESS.tryExclusive(slot.lock())).isTrue();
    try {
      assertThat(firstIsOnItsWay(slot)).isTrue();
      HostLocks.PROCESS.share(slot.lock());
      assertThat(firstIsOnItsWay(slot)).isFalse();
    } finally {
      HostLocks.PROCESS.release(slot.lock());
    }
  }

  private boolean firstIsOnItsWay(Slot slot) throws IOException {
    ReplicaDirectory directory =
        ReplicaDirectory.open(temp.resolve("replicas"), OptionalLong.empty());
    List<SlotContents> slots = List.of(SlotContents.of(slot));
    try (ReplicaDirectory.Gate gate = directory.enter();
        SlotChoice choice =
            new SlotChoice(directory, slot.directory(), slots, SlotOrder.BY_NUMBER)) {
      return choice.firstIsOnItsWay();
    }
  }

  @Test
  void leftoversAreSweptAtStart() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("replicas/database"));
    Files.write(folder.resolve("slot-4.duckdb"), new byte[100]);
    Files.write(folder.resolve("slot-4.state.next"), new byte[100]);
    Files.createDirectories(temp.resolve("replicas/empty"));
    ReplicaDirectory.open(temp.resolve("replicas"), OptionalLong.empty());
    assertThat(temp.resolve("replicas")).isDirectoryNotContaining("glob:**[!k]");
  }

  @Test
  void snapshotWhoseIndexMovedIsAskedForAgain() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    AtomicInteger moves = new AtomicInteger(3);
    ReplicaSlots slots =
        new ReplicaSlots(
            ReplicaDirectory.open(temp.resolve("replicas"), OptionalLong.empty()),
            "database",
            SlotOrder.BY_NUMBER,
            wanted -> store.content(moves.getAndDecrement() > 0 ? 99 : wanted),
            store,
            2);
    try (ReplicaLease lease = slots.acquire(number, store.id())) {
      assertHolds(lease, number);
    }
  }

  @Test
  void anotherSnapshotOfTheSameNumberIsNotTakenForIt() throws Exception {
    long number = live.checkpointAndSeal(ROWS);
    slots().acquire(number, store.id()).close();
    try (LiveDatabase copy = new LiveDatabase(temp.resolve("copy"))) {
      assertThat(copy.checkpointAndSeal("CREATE TABLE t AS SELECT 7 AS i")).isEqualTo(number);
      TestingStore other = copy.store();
      ReplicaSlots slots =
          new ReplicaSlots(
              ReplicaDirectory.open(temp.resolve("replicas"), OptionalLong.empty()),
              "database",
              SlotOrder.BY_NUMBER,
              other::content,
              other,
              2);
      try (ReplicaLease lease = slots.acquire(number, other.id())) {
        assertThat(LiveDatabase.read(lease.file(), "SELECT max(i) FROM t")).isEqualTo("7");
      }
      assertThatThrownBy(
              () -> slots(temp.resolve("others"), OptionalLong.empty()).acquire(number, other.id()))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SNAPSHOT_NOT_FOUND))
          .hasMessageContaining("is not the one that was asked for");
    }
  }

  @Test
  void unknownSnapshotIsAnError() {
    assertThatThrownBy(() -> slots().acquire(99, store.id()))
        .isInstanceOfSatisfying(
            DuckherderException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SNAPSHOT_NOT_FOUND));
  }

  private void assertHolds(ReplicaLease lease, long number) throws IOException {
    assertThat(lease.number()).isEqualTo(number);
    assertThat(Files.readAllBytes(lease.file())).isEqualTo(store.fileOf(number));
    Path log = Path.of(lease.file() + ".wal");
    assertThat(Files.exists(log) ? Files.readAllBytes(log) : new byte[0])
        .isEqualTo(store.logOf(number));
  }

  private List<Path> slotFiles() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("replicas/database"))) {
      return files.filter(file -> file.toString().endsWith(".duckdb")).toList();
    }
  }

  private ReplicaSlots slots() {
    return slots(OptionalLong.empty());
  }

  private ReplicaSlots slots(OptionalLong capacity) {
    return slots(temp.resolve("replicas"), capacity);
  }

  private ReplicaSlots slots(Path root, OptionalLong capacity) {
    return slots(ReplicaDirectory.open(root, capacity), "database");
  }

  private ReplicaSlots slots(ReplicaDirectory directory, String database) {
    return new ReplicaSlots(directory, database, SlotOrder.BY_NUMBER, store::content, store, 2);
  }

  private ReplicaSlots slots(FailingSource source) {
    return new ReplicaSlots(
        ReplicaDirectory.open(temp.resolve("replicas"), OptionalLong.empty()),
        "database",
        SlotOrder.BY_NUMBER,
        store::content,
        source,
        2);
  }

  private static void flip(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int old = bytes.read();
      bytes.seek(position);
      bytes.write(old ^ 1);
    }
  }
}

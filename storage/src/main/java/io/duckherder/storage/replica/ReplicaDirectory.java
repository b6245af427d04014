package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of replicas, with a folder for each database in it, and a cap on the disk that all of
 * them take. All processes of a host may share it: who looks for a slot, takes one or gives it up
 * to be deleted does so alone, behind a gate.
 */
public final class ReplicaDirectory {
  private static final Logger log = LoggerFactory.getLogger(ReplicaDirectory.class);
  private static final String GATE = "gate.lock";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final Path root;
  private final OptionalLong capacity;

  private ReplicaDirectory(Path root, OptionalLong capacity) {
    this.root = root;
    this.capacity = capacity;
  }

  /**
   * Opens a folder, makes it if need be, and tidies up after processes that were killed.
   *
   * @param capacity most bytes of all replicas; absent for as much as the disk has
   */
  public static ReplicaDirectory open(Path root, OptionalLong capacity) {
    try {
      Files.createDirectories(root);
      ReplicaDirectory directory = new ReplicaDirectory(root.toRealPath(), capacity);
      directory.sweep();
      return directory;
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_STORE_BROKEN,
          "Cannot open the folder of replicas \"%s\": %s; choose another one with --replicas"
              .formatted(root, e.getMessage()),
          e);
    }
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** Most bytes that all replicas may take. */
  OptionalLong capacity() {
    return capacity;
  }

  /** Keeps all others out until it is closed. */
  Gate enter() {
    Path file = root.resolve(GATE);
    HostLocks.PROCESS.lockExclusive(file);
    return () -> HostLocks.PROCESS.release(file);
  }

  interface Gate extends AutoCloseable {
    @Override
    void close();
  }

  /** The folder of a database, which need not exist. */
  Path folder(String database) {
    if (!ID.matcher(database).matches()) {
      throw new IllegalArgumentException("No id of a database: " + database);
    }
    return root.resolve(database);
  }

  /** The slots of one folder, in their order; the folder is made if need be, behind the gate. */
  List<Slot> slots(Path folder) throws IOException {
    // Without slots it may have been swept away since it was last seen.
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .mapToInt(Slot::numberOf)
          .filter(number -> number > 0)
          .distinct()
          .sorted()
          .mapToObj(number -> new Slot(folder, number))
          .toList();
    }
  }

  /** What all slots take, and those that are being made will. */
  long used() throws IOException {
    long used = 0;
    for (Slot slot : allSlots()) {
      used += SlotContents.of(slot).bytes();
    }
    return used;
  }

  boolean hasRoom(long bytes) throws IOException {
    return capacity.isEmpty() || bytes <= 0 || used() + bytes <= capacity.getAsLong();
  }

  /** Slots of other databases, that changed longest ago first. */
  List<Slot> slotsBeside(Path folder) throws IOException {
    List<Slot> others = new ArrayList<>(allSlots());
    others.removeIf(slot -> slot.directory().equals(folder));
    others.sort(Comparator.comparingLong(ReplicaDirectory::modified));
    return others;
  }

  private static long modified(Slot slot) {
    try {
      return FileStamp.of(slot.state()).modified();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Slot> allSlots() throws IOException {
    List<Slot> all = new ArrayList<>();
    for (Path folder : folders()) {
      all.addAll(slots(folder));
    }
    return all;
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  /** Deletes what nobody can use any more: half-written notes, and files without any. */
  private void sweep() throws IOException {
    try (Gate gate = enter()) {
      for (Path folder : folders()) {
        for (Slot slot : slots(folder)) {
          sweep(slot);
        }
        try {
          Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
          log.debug("{} holds replicas", folder);
        }
      }
    }
  }

  private static void sweep(Slot slot) throws IOException {
    if (!HostLocks.PROCESS.tryExclusive(slot.lock())) {
      return;
    }
    try {
      slot.deleteUnfinished();
      SlotContents contents = SlotContents.of(slot);
      if (contents.number() == 0 && contents.target() == 0 && contents.generation() == 0) {
        log.info("Deleting {}, of which nothing is known", slot.file());
        slot.delete();
      }
    } finally {
      HostLocks.PROCESS.release(slot.lock());
    }
  }
}

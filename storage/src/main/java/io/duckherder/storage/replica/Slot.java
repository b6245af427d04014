package io.duckherder.storage.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of one slot: a DuckDB file that is patched from one snapshot to another.
 *
 * <pre>
 * slot-1.duckdb        the database file
 * slot-1.duckdb.wal    its write-ahead log, if the snapshot has one
 * slot-1.state         what the two hold, {@link SlotState}
 * slot-1.change        which parts a change under way leaves in doubt, {@link SlotChange}
 * slot-1.lock          shared while the slot is read, held alone while it is changed
 * </pre>
 */
record Slot(Path directory, int number) {
  private static final Pattern NAME = Pattern.compile("slot-(\\d{1,6})\\..+");

  /** The number of the slot that a file belongs to, 0 if to none. */
  static int numberOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  Path file() {
    return path("duckdb");
  }

  Path wal() {
    return path("duckdb.wal");
  }

  Path state() {
    return path("state");
  }

  Path change() {
    return path("change");
  }

  Path lock() {
    return path("lock");
  }

  /** Deletes all of it; the caller holds its lock alone, and the gate. */
  void delete() throws IOException {
    // The state goes first: without it nothing is believed of what is left.
    Files.deleteIfExists(state());
    Files.deleteIfExists(change());
    deleteUnfinished();
    Files.deleteIfExists(file());
    Files.deleteIfExists(wal());
    Files.deleteIfExists(lock());
  }

  /** Deletes notes that were not written to their end; the caller holds its lock alone. */
  void deleteUnfinished() throws IOException {
    Files.deleteIfExists(path("state" + DurableFile.NEXT));
    Files.deleteIfExists(path("change" + DurableFile.NEXT));
  }

  private Path path(String extension) {
    return directory.resolve("slot-" + number + "." + extension);
  }
}

package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotFiles;
import io.duckherder.storage.manifest.SnapshotReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Puts a snapshot in the place of a live file that nobody has open. The snapshot is written beside
 * the file first; a note tells from then on, until it is in its place, that it has to get there: a
 * start that finds the note does it again, so a crash leaves either the one or the other. After
 * that the note says that the live file may be older than the newest snapshot, until the next seal.
 */
final class LiveFileChange {
  private final Path live;
  private final Path made;
  private final Path note;
  private final Path done;
  private final ObjectSource objects;

  LiveFileChange(Path live, ObjectSource objects) {
    this.live = live;
    this.made = live.resolveSibling(live.getFileName() + ".restore");
    this.note = live.resolveSibling(live.getFileName() + ".restoring");
    this.done = live.resolveSibling(live.getFileName() + ".restored");
    this.objects = objects;
  }

  /** Does what an earlier process left undone. */
  void finish() {
    try {
      if (Files.exists(note)) {
        long number = Long.parseLong(Files.readString(note).strip());
        make(new SnapshotReader(objects).content(number));
        replace();
      }
      deleteMade();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** What is to be done to the files that are replaced. */
  @FunctionalInterface
  interface Clearing {
    void run() throws IOException;
  }

  /** Replaces the live file by a snapshot, which stays where it is meanwhile. */
  void to(SnapshotContent content) {
    to(content, () -> {});
  }

  /**
   * The same, and does something to the files that are replaced, once all is written that takes
   * room on the disk.
   */
  void to(SnapshotContent content, Clearing clearing) {
    try {
      make(content);
      Path written = writeNote(content.number());
      clearing.run();
      // A note that is there is whole.
      Files.move(written, note, StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
      replace();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Path writeNote(long number) throws IOException {
    Path written = unfinishedNote();
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    return written;
  }

  private Path unfinishedNote() {
    return note.resolveSibling(note.getFileName() + ".unfinished");
  }

  private void make(SnapshotContent content) throws IOException {
    deleteMade();
    try {
      SnapshotFiles.write(content, objects, made);
    } catch (RuntimeException e) {
      // On a full disk the half of it stands in the way of everything else.
      deleteMade();
      throw e;
    }
  }

  private void replace() throws IOException {
    Files.deleteIfExists(SnapshotFiles.walOf(live));
    Files.move(made, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (Files.exists(SnapshotFiles.walOf(made))) {
      Files.move(
          SnapshotFiles.walOf(made), SnapshotFiles.walOf(live), StandardCopyOption.ATOMIC_MOVE);
    }
    forceFolder();
    Files.move(note, done, StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
  }

  /** Whether a snapshot took the place of the live file, and none was sealed since. */
  boolean isDone() {
    return Files.exists(done);
  }

  /** Forgets the change: a snapshot of what it made is sealed. */
  void forget() {
    try {
      Files.deleteIfExists(done);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void deleteMade() throws IOException {
    Files.deleteIfExists(unfinishedNote());
    Files.deleteIfExists(made);
    Files.deleteIfExists(SnapshotFiles.walOf(made));
  }

  private void forceFolder() throws IOException {
    try (FileChannel folder =
        FileChannel.open(live.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private DuckherderException failure(IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return new DuckherderException(
        full ? StandardErrorCode.OUT_OF_DISK : StandardErrorCode.FILE_UNREADABLE,
        "Cannot put a snapshot in the place of \"%s\": %s".formatted(live, e.getMessage()),
        e);
  }
}

package io.duckherder.cluster.managed;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
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
 * start that finds the note does it again, so a crash leaves either the one or the other.
 */
final class LiveFileChange {
  private final Path live;
  private final Path made;
  private final Path note;
  private final ObjectSource objects;

  LiveFileChange(Path live, ObjectSource objects) {
    this.live = live;
    this.made = live.resolveSibling(live.getFileName() + ".restore");
    this.note = live.resolveSibling(live.getFileName() + ".restoring");
    this.objects = objects;
  }

  /** Does what an earlier process left undone. */
  void finish() {
    try {
      if (Files.exists(note)) {
        make(Long.parseLong(Files.readString(note).strip()));
        replace();
      }
      deleteMade();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Replaces the live file. */
  void to(long number) {
    try {
      make(number);
      try (FileChannel channel =
          FileChannel.open(note, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      forceFolder();
      replace();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void make(long number) throws IOException {
    deleteMade();
    SnapshotFiles.write(new SnapshotReader(objects).content(number), objects, made);
  }

  private void replace() throws IOException {
    Files.deleteIfExists(SnapshotFiles.walOf(live));
    Files.move(made, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (Files.exists(SnapshotFiles.walOf(made))) {
      Files.move(
          SnapshotFiles.walOf(made), SnapshotFiles.walOf(live), StandardCopyOption.ATOMIC_MOVE);
    }
    forceFolder();
    Files.delete(note);
    forceFolder();
  }

  private void deleteMade() throws IOException {
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

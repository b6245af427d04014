package io.duckherder.storage.replica;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import io.duckherder.storage.SnapshotContent.Piece;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Snapshots of DuckDB files, made by reading all of them: a block that was seen is not kept again.
 */
final class TestingStore implements ObjectSource {
  static final int HEADERS = 3 * 4096;
  static final int BLOCK = 256 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Map<String, Piece> seen = new HashMap<>();
  private long last;

  /** Bytes that were read. */
  final AtomicLong read = new AtomicLong();

  /** Objects that were read of, in the order of their names. */
  final Set<String> objects = java.util.Collections.synchronizedSet(new TreeSet<>());

  TestingStore(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** What its snapshots have for an id, in every process. */
  String id() {
    return "of " + directory.getParent().getFileName();
  }

  /** Keeps a file as it is, with its log in parts where it has grown. */
  long seal(Path file, int... freeBlocks) throws IOException {
    long number = ++last;
    String object = "layer-" + number;
    byte[] bytes = Files.readAllBytes(file);
    Path log = file.resolveSibling(file.getFileName() + ".wal");
    byte[] wal = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
    try (FileChannel layer =
        FileChannel.open(
            directory.resolve(object), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Piece headers = keep(layer, object, Arrays.copyOf(bytes, HEADERS));
      List<Piece> blocks = new ArrayList<>();
      for (int at = HEADERS; at < bytes.length; at += BLOCK) {
        int block = blocks.size();
        blocks.add(
            Arrays.stream(freeBlocks).anyMatch(free -> free == block)
                ? SnapshotContent.FREE
                : keep(layer, object, Arrays.copyOfRange(bytes, at, at + BLOCK)));
      }
      write(
          new SnapshotContent(
              number, id(), BLOCK, headers, blocks, log(number - 1, layer, object, wal)));
    }
    return number;
  }

  private List<Piece> log(long before, FileChannel layer, String object, byte[] wal)
      throws IOException {
    List<Piece> parts = new ArrayList<>();
    int done = 0;
    for (Piece part : before == 0 ? List.<Piece>of() : content(before).wal()) {
      int end = done + part.length();
      if (end > wal.length || !digest(Arrays.copyOfRange(wal, done, end)).equals(part.digest())) {
        break;
      }
      parts.add(part);
      done = end;
    }
    if (done < wal.length) {
      parts.add(keep(layer, object, Arrays.copyOfRange(wal, done, wal.length)));
    }
    return parts;
  }

  private Piece keep(FileChannel layer, String object, byte[] bytes) throws IOException {
    String digest = digest(bytes);
    Piece known = seen.get(digest);
    if (known == null) {
      known = new Piece(object, layer.position(), bytes.length, digest);
      layer.write(ByteBuffer.wrap(bytes));
      seen.put(digest, known);
    }
    return known;
  }

  private void write(SnapshotContent content) throws IOException {
    JSON.writeValue(directory.resolve(content.number() + ".json").toFile(), content);
  }

  SnapshotContent content(long number) {
    try {
      return JSON.readValue(directory.resolve(number + ".json").toFile(), SnapshotContent.class);
    } catch (IOException e) {
      throw new DuckherderException(
          StandardErrorCode.SNAPSHOT_NOT_FOUND, "No snapshot " + number, e);
    }
  }

  /** All bytes of the database file of a snapshot. */
  byte[] fileOf(long number) {
    SnapshotContent content = content(number);
    ByteBuffer file = ByteBuffer.allocate((int) content.fileBytes());
    put(content.headers(), file);
    for (Piece block : content.blocks()) {
      if (block.equals(SnapshotContent.FREE)) {
        file.put(new byte[BLOCK]);
      } else {
        put(block, file);
      }
    }
    return file.array();
  }

  /** All bytes of the write-ahead log of a snapshot. */
  byte[] logOf(long number) {
    SnapshotContent content = content(number);
    ByteBuffer log = ByteBuffer.allocate((int) content.walBytes());
    content.wal().forEach(part -> put(part, log));
    return log.array();
  }

  private void put(Piece piece, ByteBuffer into) {
    ByteBuffer bytes = ByteBuffer.allocate(piece.length());
    read(piece.object(), piece.offset(), bytes);
    read.addAndGet(-piece.length());
    into.put(bytes.flip());
  }

  Path object(String name) {
    return directory.resolve(name);
  }

  @Override
  public long size(String name) {
    try {
      return Files.size(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    read.addAndGet(into.remaining());
    objects.add(name);
    try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
      int start = into.position();
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position() - start) < 0) {
          throw new IOException("at its end");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    return HexFormat.of().formatHex(PieceCopy.digest().digest(bytes));
  }
}

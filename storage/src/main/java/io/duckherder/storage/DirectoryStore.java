package io.duckherder.storage;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps objects as files of a directory. An object is written under another name, forced to disk
 * and renamed, and so is the manifest. One process writes at a time: it holds the lock on the file
 * {@code lock} until it closes the store. Safe for use by many threads.
 */
public final class DirectoryStore implements ObjectStore, AutoCloseable {
  private static final String LOCK = "lock";
  private static final String UNFINISHED = ".unfinished";

  private final Path directory;
  private final DirectorySource source;
  private final FileChannel lock;

  private DirectoryStore(Path directory, FileChannel lock) {
    this.directory = directory;
    this.source = new DirectorySource(directory);
    this.lock = lock;
  }

  /** Opens a directory for writing, made if it is absent. What a crash left unfinished goes. */
  public static DirectoryStore open(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel lock =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      DirectoryStore store = new DirectoryStore(directory, lock);
      try {
        store.lock();
        store.deleteUnfinished();
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
      return store;
    } catch (IOException e) {
      throw StorageErrors.writing("snapshot store " + directory, e);
    }
  }

  private void lock() throws IOException {
    FileLock held;
    try {
      held = lock.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      throw new DuckherderException(
          StandardErrorCode.FILE_IN_USE,
          "Cannot open snapshot store "
              + directory
              + " for writing: another driver has it open; stop that driver first");
    }
  }

  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Override
  public long size(String name) {
    return source.size(name);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    source.read(name, offset, into);
  }

  @Override
  public Writing create(String name) {
    return new FileWriting(name);
  }

  @Override
  public void replaceManifest(ByteBuffer content) {
    try (Writing writing = new FileWriting(MANIFEST)) {
      writing.write(content);
      writing.commit();
    }
  }

  @Override
  public void delete(String name) {
    try {
      Files.deleteIfExists(source.path(name));
    } catch (IOException e) {
      throw StorageErrors.writing(source.describe(name), e);
    }
  }

  @Override
  public List<String> list() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!name.equals(LOCK) && !name.endsWith(UNFINISHED)) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      throw StorageErrors.reading("the names in snapshot store " + directory, e);
    }
    return names;
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw StorageErrors.writing("snapshot store " + directory, e);
    }
  }

  /** A file under another name until it is whole and on the disk. */
  private final class FileWriting implements Writing {
    private final String name;
    private final Path target;
    private final Path unfinished;
    private final FileChannel channel;
    private boolean committed;

    FileWriting(String name) {
      this.name = name;
      this.target = source.path(name);
      this.unfinished = target.resolveSibling(name + UNFINISHED);
      try {
        this.channel =
            FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw StorageErrors.writing(source.describe(name), e);
      }
    }

    @Override
    public void write(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw StorageErrors.writing(source.describe(name), e);
      }
    }

    @Override
    public void commit() {
      try {
        channel.force(true);
        channel.close();
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        committed = true;
        forceDirectory();
      } catch (IOException e) {
        throw StorageErrors.writing(source.describe(name), e);
      }
    }

    private void forceDirectory() throws IOException {
      try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
        entry.force(true);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
        if (!committed) {
          Files.deleteIfExists(unfinished);
        }
      } catch (IOException e) {
        throw StorageErrors.writing(source.describe(name), e);
      }
    }
  }
}

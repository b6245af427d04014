package io.duckherder.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the objects of a directory: of this process' own store, or of another process' on the same
 * host. Takes no lock.
 */
public final class DirectorySource implements ObjectSource {
  private final Path directory;

  public DirectorySource(Path directory) {
    this.directory = directory;
  }

  @Override
  public long size(String name) {
    try {
      return Files.size(path(name));
    } catch (NoSuchFileException e) {
      throw absent(name);
    } catch (IOException e) {
      throw StorageErrors.reading(describe(name), e);
    }
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    int start = into.position();
    try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
      long at = offset;
      while (into.hasRemaining()) {
        int read = channel.read(into, at);
        if (read < 0) {
          throw new EOFException("it ends at byte " + at);
        }
        at += read;
      }
    } catch (NoSuchFileException e) {
      throw absent(name);
    } catch (IOException e) {
      into.position(start);
      throw StorageErrors.reading(describe(name), e);
    }
  }

  Path path(String name) {
    if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
      throw absent(name);
    }
    return directory.resolve(name);
  }

  String describe(String name) {
    return "\"" + name + "\" in snapshot store " + directory;
  }

  private RuntimeException absent(String name) {
    return StorageErrors.notFound("No object \"" + name + "\" in snapshot store " + directory);
  }
}

package io.duckherder.storage.replica;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Locks on files that hold between processes and between the threads of this one.
 *
 * <p>A lock of the operating system belongs to the process: closing any descriptor of the file
 * drops it, and a second one in the same process is no lock at all. So this process has one channel
 * for each locked file, whoever asks, and counts who shares it: hence the one static thing of this
 * module. The files are never read or written, so no interrupted thread closes a channel.
 */
final class HostLocks {
  static final HostLocks PROCESS = new HostLocks();

  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 20;

  /** Guarded by this. */
  private final Map<Path, Held> locks = new HashMap<>();

  /** Open without a lock, since closing them would drop another class loader's. Guarded by this. */
  private final Map<Path, FileChannel> foreign = new HashMap<>();

  private HostLocks() {}

  /** Takes part in a lock, unless somebody has the file to himself. */
  synchronized boolean tryShared(Path file) {
    Held known = locks.get(file);
    if (known != null) {
      if (known.exclusive) {
        return false;
      }
      known.sharers++;
      return true;
    }
    return take(file, true);
  }

  /** Takes a lock that nobody else has a part in. */
  synchronized boolean tryExclusive(Path file) {
    return !locks.containsKey(file) && take(file, false);
  }

  /** Waits until the lock can be had alone. */
  synchronized void lockExclusive(Path file) {
    long pause = FIRST_PAUSE_MILLIS;
    while (!tryExclusive(file)) {
      await(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Waits until a lock is given up in this process, or a moment: another one tells nothing. */
  synchronized void awaitRelease() {
    await(LONGEST_PAUSE_MILLIS);
  }

  /**
   * Turns a lock that is held alone into a shared one. In between it is free, so nobody may try for
   * it meanwhile.
   */
  synchronized void share(Path file) {
    Held held = locks.get(file);
    if (held == null || !held.exclusive) {
      throw new IllegalStateException("Not held alone: " + file);
    }
    try {
      held.lock.release();
      @Nullable FileLock shared = held.channel.tryLock(0, Long.MAX_VALUE, true);
      if (shared == null) {
        throw new IOException("somebody else locked it");
      }
      locks.put(file, new Held(held.channel, shared, false));
      notifyAll();
    } catch (IOException e) {
      // Who tried it releases it, as if he held it alone.
      closeQuietly(held.channel, e);
      throw unlockable(file, e);
    }
  }

  /** Ends one part in a lock. */
  synchronized void release(Path file) {
    Held held = locks.get(file);
    if (held == null) {
      throw new IllegalStateException("Not locked: " + file);
    }
    held.sharers--;
    if (held.sharers > 0) {
      return;
    }
    locks.remove(file);
    try {
      held.channel.close();
    } catch (IOException e) {
      throw unlockable(file, e);
    } finally {
      notifyAll();
    }
  }

  private boolean take(Path file, boolean shared) {
    try {
      FileChannel channel = open(file);
      @Nullable FileLock lock = tryLock(file, channel, shared);
      if (lock == null) {
        channel.close();
        return false;
      }
      locks.put(file, new Held(channel, lock, !shared));
      return true;
    } catch (IOException e) {
      throw unlockable(file, e);
    }
  }

  private FileChannel open(Path file) throws IOException {
    FileChannel known = foreign.get(file);
    if (known != null) {
      tryLock(file, known, false);
      // The other class loader has let go of it.
      foreign.remove(file);
      known.close();
    }
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private @Nullable FileLock tryLock(Path file, FileChannel channel, boolean shared)
      throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      foreign.put(file, channel);
      throw new IOException("two class loaders of one process use it", e);
    } catch (IOException e) {
      foreign.remove(file, channel);
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static void closeQuietly(FileChannel channel, IOException cause) {
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void await(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DuckherderException(
          StandardErrorCode.QUERY_CANCELLED, "Cancelled while waiting for a replica", e);
    }
  }

  private static DuckherderException unlockable(Path file, IOException e) {
    return new DuckherderException(
        StandardErrorCode.SNAPSHOT_STORE_BROKEN,
        "Cannot lock \"%s\": %s; the folder of the replicas has to be writable and on a file system with locks"
            .formatted(file, e.getMessage()),
        e);
  }

  private static final class Held {
    final FileChannel channel;
    final FileLock lock;
    final boolean exclusive;
    int sharers = 1;

    Held(FileChannel channel, FileLock lock, boolean exclusive) {
      this.channel = channel;
      this.lock = lock;
      this.exclusive = exclusive;
    }
  }
}

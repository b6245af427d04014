package io.duckherder.worker.server;

import io.duckherder.snapshot.SealedVersion;
import io.duckherder.worker.engine.SealedFiles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes replicas of announced snapshots before a query asks for them: one at a time for each
 * database, and of those that were announced meanwhile only the newest.
 */
final class Prefetches {
  private static final Logger log = LoggerFactory.getLogger(Prefetches.class);

  private final SealedFiles files;
  private final Executor executor;

  /** The newest announced snapshot of each database. Guarded by this. */
  private final Map<String, SealedVersion> wanted = new HashMap<>();

  /** Databases that are being fetched. Guarded by this. */
  private final Set<String> busy = new HashSet<>();

  Prefetches(SealedFiles files, Executor executor) {
    this.files = files;
    this.executor = executor;
  }

  /** Begins to fetch a snapshot, or takes note of it; returns at once. */
  synchronized void announced(SealedVersion version) {
    String database = version.database();
    wanted.merge(
        database, version, (known, added) -> known.number() > added.number() ? known : added);
    if (busy.add(database)) {
      try {
        executor.execute(() -> fetch(database));
      } catch (RejectedExecutionException e) {
        log.debug("Snapshot {} is not fetched ahead: the worker stops", version);
      }
    }
  }

  private void fetch(String database) {
    for (SealedVersion version = next(database); version != null; version = next(database)) {
      try {
        files.lease(version).close();
      } catch (RuntimeException e) {
        log.info("Snapshot {} is not fetched ahead: {}", version, e.getMessage());
      }
    }
  }

  private synchronized @Nullable SealedVersion next(String database) {
    SealedVersion version = wanted.remove(database);
    if (version == null) {
      busy.remove(database);
    }
    return version;
  }
}

package io.duckherder.cluster.managed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How the driver keeps its managed databases.
 *
 * @param databases name to live file
 * @param storageVersion the oldest DuckDB that reads new files, as DuckDB names storage versions
 * @param sealInterval how long a commit waits for a snapshot that nobody asks for
 * @param walLimit bytes of write-ahead log that are not exceeded under load: a checkpoint is tried
 *     from half of it on
 * @param patience how long a transaction may wait to begin while a checkpoint is due
 * @param transactionLimit age from which an open transaction is named in the status
 * @param endOldTransactions whether such transactions are rolled back
 * @param retention which snapshots are kept that nothing else keeps
 * @param replicas folder where snapshots are made plain DuckDB files, shared with workers that see
 *     it
 * @param replicaSpace most bytes that these take, absent for as many as the disk has
 */
public record ManagedConfig(
    Map<String, Path> databases,
    String storageVersion,
    Duration sealInterval,
    long walLimit,
    Duration patience,
    Duration transactionLimit,
    boolean endOldTransactions,
    RetentionConfig retention,
    Path replicas,
    OptionalLong replicaSpace) {
  /** A cluster of external databases. */
  public static final ManagedConfig NONE = of(Map.of(), Path.of("replicas"));

  /**
   * Which snapshots outlive their use.
   *
   * @param age how long a snapshot is kept at least
   * @param count how many of the newest are kept at least
   */
  public record RetentionConfig(Duration age, int count) {}

  public ManagedConfig {
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
  }

  /** Databases that are kept in the usual way. */
  public static ManagedConfig of(Map<String, Path> databases, Path replicas) {
    return new ManagedConfig(
        databases,
        "v1.5.0",
        Duration.ofSeconds(10),
        64L << 20,
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        false,
        new RetentionConfig(Duration.ofHours(1), 10),
        replicas,
        OptionalLong.empty());
  }
}

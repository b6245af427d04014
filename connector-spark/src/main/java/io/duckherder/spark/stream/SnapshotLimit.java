package io.duckherder.spark.stream;

import org.apache.spark.sql.connector.read.streaming.ReadLimit;

/**
 * So many of the snapshots that are kept, and no more, are read in a batch.
 *
 * @param snapshots at least 1
 */
record SnapshotLimit(long snapshots) implements ReadLimit {}

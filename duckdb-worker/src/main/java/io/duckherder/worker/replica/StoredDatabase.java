package io.duckherder.worker.replica;

import io.duckherder.storage.ObjectSource;
import io.duckherder.storage.SnapshotContent;
import java.util.function.LongFunction;

/**
 * What replicas of a managed database are made of.
 *
 * @param contents tells where the bytes of a snapshot are; fails with SNAPSHOT_NOT_FOUND if there
 *     is none of that number
 * @param objects where they are read
 */
public record StoredDatabase(LongFunction<SnapshotContent> contents, ObjectSource objects) {}

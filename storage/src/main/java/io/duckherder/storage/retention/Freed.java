package io.duckherder.storage.retention;

/**
 * What a collection freed.
 *
 * @param snapshots that are not kept any more
 * @param objects that were deleted, or will be when the last reader lets go of them
 * @param bytes by which the store shrank; merging can cost as much as it frees
 */
public record Freed(int snapshots, int objects, long bytes) {}

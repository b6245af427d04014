package io.duckherder.wire.write;

/**
 * The rows that one run of a task staged.
 *
 * @param partition the task
 * @param attempt tells its runs apart
 */
public record StagedPart(int partition, long attempt) {}

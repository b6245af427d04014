package io.duckherder.worker.engine;

import java.time.Duration;

/**
 * What a statement may take that is run as a small one.
 *
 * @param bytes most bytes of its rows
 * @param time how long it may run
 */
public record SmallLimits(long bytes, Duration time) {}

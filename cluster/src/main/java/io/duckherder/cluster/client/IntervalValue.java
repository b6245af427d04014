package io.duckherder.cluster.client;

import java.time.Duration;

/**
 * A DuckDB INTERVAL, whose three parts do not convert into each other.
 *
 * @param months whole months
 * @param days whole days
 * @param time the rest
 */
public record IntervalValue(long months, long days, Duration time) {}

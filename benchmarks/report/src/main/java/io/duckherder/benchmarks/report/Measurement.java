package io.duckherder.benchmarks.report;

/**
 * What one source took for one task, over all rounds, in the unit of its group.
 *
 * @param name of the task
 * @param source what did it
 */
public record Measurement(
    String name, String source, double median, double least, double greatest) {}

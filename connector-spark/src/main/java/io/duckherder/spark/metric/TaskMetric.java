package io.duckherder.spark.metric;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** A count of one task. */
public record TaskMetric(String name, long value) implements CustomTaskMetric {}

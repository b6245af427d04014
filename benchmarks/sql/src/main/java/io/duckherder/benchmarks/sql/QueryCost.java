package io.duckherder.benchmarks.sql;

/**
 * What one run of a query took.
 *
 * @param seconds until its last row was there
 * @param cpuSeconds processor time of the process that was asked
 * @param workerCpuSeconds processor time of that process's workers
 */
record QueryCost(double seconds, double cpuSeconds, double workerCpuSeconds) {}

/**
 * Spark's own test suites, run over a Duckherder catalog. Each class takes one of Spark's and gives
 * it another catalog; the tests that do not run are listed in {@code not-run.txt}, with the reason.
 */
package io.duckherder.spark.suites;

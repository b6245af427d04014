/** Spark's suites for the statements about tables. */
package io.duckherder.spark.suites.table;

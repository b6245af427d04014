/** Spark's suites for the statements about namespaces. */
package io.duckherder.spark.suites.namespace;

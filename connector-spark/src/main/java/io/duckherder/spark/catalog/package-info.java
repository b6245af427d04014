/**
 * What Spark's catalog knows of DuckDB's: names, tables, schemas, functions and procedures, and the
 * SQL by which it asks for them and changes them.
 */
@NullMarked
package io.duckherder.spark.catalog;

import org.jspecify.annotations.NullMarked;

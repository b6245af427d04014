package io.duckherder.spark.write;

import io.duckherder.spark.catalog.SchemaName;
import io.duckherder.spark.catalog.TableParts;
import io.duckherder.spark.source.ReadSource;

/**
 * A table that can be written. Driver-only.
 *
 * @param source where it is
 * @param schema its schema
 * @param name its own name
 */
public record WriteTarget(ReadSource source, SchemaName schema, String name) {
  /** Its name as SQL writes it. */
  public String sql() {
    return schema.sql(name);
  }

  /** Its constraints and indexes. */
  public TableParts parts() {
    return new TableParts(source.sql(), schema, name);
  }
}

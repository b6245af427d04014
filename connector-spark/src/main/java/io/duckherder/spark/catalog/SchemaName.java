package io.duckherder.spark.catalog;

import io.duckherder.sql.SqlText;

/** A schema of a database, each by its name as DuckDB keeps it or as the user wrote it. */
public record SchemaName(String database, String schema) {
  /** As SQL writes it. */
  public String sql() {
    return SqlText.qualified(database, schema);
  }

  /** Something in it, as SQL writes it. */
  public String sql(String name) {
    return SqlText.qualified(database, schema, name);
  }
}

package io.duckherder.layout;

import io.duckherder.sql.SqlText;

/** A table's full name. */
public record TableName(String database, String schema, String table) {
  /** The name as SQL, quoted. */
  public String sql() {
    return SqlText.qualified(database, schema, table);
  }
}

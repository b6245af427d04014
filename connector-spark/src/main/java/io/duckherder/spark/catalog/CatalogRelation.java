package io.duckherder.spark.catalog;

import java.util.List;
import java.util.Optional;

/**
 * A table or view, as DuckDB's catalog has it.
 *
 * @param schema where it is
 * @param name its name
 * @param view whether it is a view
 * @param id tells it from another of its name, as long as the cluster has the database open; only
 *     where the cluster writes it
 * @param version the state of the database, under the same condition
 * @param comment its comment
 * @param columns its columns
 */
public record CatalogRelation(
    SchemaName schema,
    String name,
    boolean view,
    Optional<String> id,
    Optional<String> version,
    Optional<String> comment,
    List<CatalogColumn> columns) {
  public CatalogRelation {
    columns = List.copyOf(columns);
  }

  /** Its name as SQL writes it. */
  public String sql() {
    return schema.sql(name);
  }
}

package io.duckherder.spark.catalog;

import java.util.List;

/** A constraint of a table, which DuckDB enforces. */
public sealed interface CatalogConstraint {
  /** Its name, which DuckDB makes if nobody does. */
  String name();

  /** A condition that no row fails, in DuckDB's SQL. */
  record Check(String name, String condition) implements CatalogConstraint {}

  /** Columns by whose values rows differ: the primary key, or others. */
  record Key(String name, boolean primary, List<String> columns) implements CatalogConstraint {
    public Key {
      columns = List.copyOf(columns);
    }
  }

  /** Columns that hold keys of a table of the same schema. */
  record ForeignKey(
      String name, List<String> columns, String referencedTable, List<String> referencedColumns)
      implements CatalogConstraint {
    public ForeignKey {
      columns = List.copyOf(columns);
      referencedColumns = List.copyOf(referencedColumns);
    }
  }
}

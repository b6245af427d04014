package io.duckherder.spark;

import io.duckherder.spark.catalog.WiderTypes;
import io.duckherder.spark.write.WriteTarget;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.catalog.SupportsSchemaEvolution;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableChange.AddColumn;
import org.apache.spark.sql.connector.catalog.TableChange.UpdateColumnType;
import org.apache.spark.sql.types.StructType;

/**
 * A table that says which of its columns a write may change: for Spark 4.2 and later, which asks.
 * Driver-only.
 */
final class EvolvingTable extends ConstrainedTable implements SupportsSchemaEvolution {
  private EvolvingTable(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    super(schema, read, named, entry, target);
  }

  static Table of(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    return new EvolvingTable(schema, read, named, entry, target);
  }

  /**
   * Columns and fields are added; a column gets a type that holds all its values, DuckDB's fields
   * none.
   */
  @Override
  public boolean supportsColumnChange(TableChange.ColumnChange change) {
    return change instanceof AddColumn
        || change instanceof UpdateColumnType update
            && update.fieldNames().length == 1
            && WiderTypes.holds(schema(), update);
  }
}

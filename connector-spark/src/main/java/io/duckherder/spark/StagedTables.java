package io.duckherder.spark;

import io.duckherder.spark.catalog.SchemaName;
import io.duckherder.spark.catalog.TableStatements;
import io.duckherder.spark.write.StagedDuckherderTable;
import io.duckherder.spark.write.WriteTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.expressions.Transform;

/** Tables that a catalog makes together with their rows. Driver-only. */
final class StagedTables {
  private final ConfiguredCatalog.Opened catalog;

  StagedTables(ConfiguredCatalog.Opened catalog) {
    this.catalog = catalog;
  }

  /**
   * A table that is to be.
   *
   * @param before what the same transaction does first
   */
  StagedTable stage(
      Identifier name,
      SchemaName schema,
      List<String> before,
      Column[] columns,
      Transform[] partitions,
      Map<String, String> properties) {
    List<String> definition = new ArrayList<>(before);
    definition.addAll(
        TableStatements.create(schema.sql(name.name()), columns, partitions, properties));
    return new StagedDuckherderTable(
        catalog.name() + "." + name,
        new WriteTarget(catalog.source(), schema, name.name()),
        columns,
        definition);
  }
}

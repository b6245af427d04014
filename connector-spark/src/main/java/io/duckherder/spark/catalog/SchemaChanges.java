package io.duckherder.spark.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.NamespaceChange.RemoveProperty;
import org.apache.spark.sql.connector.catalog.NamespaceChange.SetProperty;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;

/** The SQL that makes, changes and drops schemas. */
public final class SchemaChanges {
  private SchemaChanges() {}

  /** Makes a schema. */
  public static List<String> create(SchemaName schema, Map<String, String> properties) {
    List<String> statements = new ArrayList<>();
    statements.add("CREATE SCHEMA " + schema.sql());
    properties.forEach(
        (key, value) -> {
          // Spark adds the owner by itself, and DuckDB has nothing for it.
          if (!key.equals(SupportsNamespaces.PROP_OWNER)) {
            throw property(key);
          }
        });
    return statements;
  }

  /** Refuses what DuckDB cannot change about a schema, which is all that can be asked for. */
  public static void requireNone(NamespaceChange... changes) {
    for (NamespaceChange change : changes) {
      if (change instanceof SetProperty set) {
        throw property(set.property());
      }
      if (!(change instanceof RemoveProperty)) {
        throw Unsupported.because("change a namespace", "DuckDB's schemas have names only");
      }
    }
  }

  private static RuntimeException property(String key) {
    return Unsupported.because(
        "set the property \"%s\" of a namespace".formatted(key),
        "DuckDB keeps neither comments nor properties with a schema");
  }

  /** Drops a schema with all that is in it. */
  public static List<String> dropCascade(SchemaName schema) {
    return List.of("DROP SCHEMA " + schema.sql() + " CASCADE");
  }

  /** Drops an empty schema. */
  public static List<String> drop(SchemaName schema) {
    return List.of("DROP SCHEMA " + schema.sql());
  }
}

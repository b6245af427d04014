package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.catalog.SchemaChanges;
import io.duckherder.spark.catalog.SchemaName;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NonEmptyNamespaceException;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;

/** The databases and schemas of DuckDB as Spark's namespaces. Driver-only. */
abstract class NamespaceCatalog extends ConfiguredCatalog implements SupportsNamespaces {
  final SchemaName schema(String[] namespace) throws NoSuchNamespaceException {
    return catalog()
        .schema(namespace)
        .orElseThrow(() -> new NoSuchNamespaceException(fullName(namespace)));
  }

  /** A namespace as Spark names it in errors: with its catalog. */
  private String[] fullName(String[] namespace) {
    return Stream.concat(Stream.of(name()), Stream.of(namespace)).toArray(String[]::new);
  }

  @Override
  public String[][] listNamespaces() {
    return catalog().roots();
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length == 0) {
      return listNamespaces();
    }
    schema(namespace);
    return catalog().children(namespace);
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    return namespace.length == 0 || catalog().schema(namespace).isPresent();
  }

  /** DuckDB keeps nothing about a schema but its name. */
  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace)
      throws NoSuchNamespaceException {
    schema(namespace);
    return Map.of();
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> properties)
      throws NamespaceAlreadyExistsException {
    if (namespaceExists(namespace)) {
      throw new NamespaceAlreadyExistsException(namespace);
    }
    SchemaName schema =
        catalog().newSchema(namespace).orElseThrow(() -> notASchema("make", namespace));
    try {
      opened().sql().write(SchemaChanges.create(schema, properties));
    } catch (DuckherderException e) {
      if (e.code() == StandardErrorCode.OBJECT_EXISTS) {
        throw new NamespaceAlreadyExistsException(namespace);
      }
      throw e;
    }
  }

  private static DuckherderException notASchema(String verb, String[] namespace) {
    return new DuckherderException(
        StandardErrorCode.UNSUPPORTED,
        "Cannot %s the namespace %s: a namespace is a schema of a database, or both their names"
            .formatted(verb, Arrays.toString(namespace)));
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes)
      throws NoSuchNamespaceException {
    schema(namespace);
    SchemaChanges.requireNone(changes);
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade)
      throws NoSuchNamespaceException, NonEmptyNamespaceException {
    SchemaName schema = schema(namespace);
    if (catalog().isDatabase(namespace)) {
      throw notASchema("drop", namespace);
    }
    if (!cascade && !catalog().relations(namespace).isEmpty()) {
      throw new NonEmptyNamespaceException(namespace);
    }
    opened().sql().write(cascade ? SchemaChanges.dropCascade(schema) : SchemaChanges.drop(schema));
    return true;
  }
}

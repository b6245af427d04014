package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.catalog.AlterStatements;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.catalog.DuckDBCatalog;
import io.duckherder.spark.catalog.SchemaChanges;
import io.duckherder.spark.catalog.SchemaName;
import io.duckherder.spark.catalog.TableStatements;
import io.duckherder.spark.option.AsOf;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.source.SqlAccess;
import io.duckherder.sql.SqlText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.NonEmptyNamespaceException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableCatalogCapability;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * A Spark catalog over a Duckherder cluster, or over one DuckDB file, which is only read. It keeps
 * nothing: DuckDB is asked each time. Driver-only.
 *
 * <pre>
 *   spark.sql.catalog.duck      = io.duckherder.spark.DuckherderCatalog
 *   spark.sql.catalog.duck.url  = grpc://host:8815
 * </pre>
 */
public class DuckherderCatalog implements TableCatalog, SupportsNamespaces {
  private @Nullable Opened opened;

  /** What the configuration of a catalog says. */
  private record Opened(
      String name,
      DuckherderOptions options,
      ReadSource source,
      SqlAccess sql,
      DuckDBCatalog catalog) {}

  @Override
  public final void initialize(String name, CaseInsensitiveStringMap given) {
    DuckherderOptions options = DuckherderOptions.ofCatalog(given.asCaseSensitiveMap());
    ReadSource source = Sources.of(options);
    SqlAccess sql = source.sql();
    Optional<String> database = options.value(DuckherderOption.DATABASE);
    DuckDBCatalog catalog =
        options.isCluster() && database.isEmpty()
            ? DuckDBCatalog.ofAll(sql)
            : DuckDBCatalog.ofOne(sql, database);
    opened = new Opened(name, options, source, sql, catalog);
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "Spark initializes a catalog before it uses it");
  }

  private DuckDBCatalog catalog() {
    return opened().catalog();
  }

  @Override
  public final String name() {
    return opened().name();
  }

  @Override
  public String[] defaultNamespace() {
    return new String[] {"main"};
  }

  @Override
  public Set<TableCatalogCapability> capabilities() {
    return Set.of(TableCatalogCapability.SUPPORT_COLUMN_DEFAULT_VALUE);
  }

  /** Tables and views: to Spark, a view of DuckDB's is a table that DuckDB computes. */
  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    List<String> names = catalog().relations(namespace);
    if (names.isEmpty()) {
      schema(namespace);
    }
    return names.stream().map(name -> Identifier.of(namespace, name)).toArray(Identifier[]::new);
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    return tables().load(table, relation(table));
  }

  @Override
  public Table loadTable(Identifier table, String version) throws NoSuchTableException {
    return tables().loadAt(table, schemaOf(table), AsOf.version(version));
  }

  @Override
  public Table loadTable(Identifier table, long timestamp) throws NoSuchTableException {
    return tables().loadAt(table, schemaOf(table), AsOf.timestamp(timestamp));
  }

  private CatalogTables tables() {
    return new CatalogTables(opened().name(), opened().source(), opened().options());
  }

  @Override
  public boolean tableExists(Identifier table) {
    return catalog().has(table.namespace(), table.name());
  }

  private CatalogRelation relation(Identifier table) throws NoSuchTableException {
    return catalog()
        .relation(table.namespace(), table.name())
        .orElseThrow(() -> new NoSuchTableException(table));
  }

  private SchemaName schemaOf(Identifier table) throws NoSuchTableException {
    return catalog().schema(table.namespace()).orElseThrow(() -> new NoSuchTableException(table));
  }

  private SchemaName schema(String[] namespace) throws NoSuchNamespaceException {
    return catalog().schema(namespace).orElseThrow(() -> new NoSuchNamespaceException(namespace));
  }

  @Override
  public Table createTable(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    SchemaName schema = schema(table.namespace());
    try {
      opened()
          .sql()
          .write(TableStatements.create(schema.sql(table.name()), columns, partitions, properties));
      return loadTable(table);
    } catch (DuckherderException e) {
      if (e.code() == StandardErrorCode.OBJECT_EXISTS) {
        throw new TableAlreadyExistsException(table);
      }
      throw e;
    } catch (NoSuchTableException e) {
      throw new DuckherderException(
          StandardErrorCode.OBJECT_NOT_FOUND,
          "Cannot load the table \"%s\" that was just made: it was dropped meanwhile"
              .formatted(table.name()),
          e);
    }
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) throws NoSuchTableException {
    CatalogRelation relation = relation(table);
    requireTable(relation, "ALTER VIEW");
    opened().sql().write(AlterStatements.of(relation.sql(), changes));
    return loadTable(table);
  }

  @Override
  public boolean dropTable(Identifier table) {
    Optional<CatalogRelation> relation = catalog().relation(table.namespace(), table.name());
    if (relation.isEmpty()) {
      return false;
    }
    requireTable(relation.get(), "DROP VIEW");
    opened().sql().write(List.of("DROP TABLE " + relation.get().sql()));
    return true;
  }

  private static void requireTable(CatalogRelation relation, String statement) {
    if (relation.view()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot change %s: it is a view of DuckDB's; use DuckDB's own %s, through the cluster"
              .formatted(relation.sql(), statement));
    }
  }

  /** A new name without a namespace is one in the schema where the table is. */
  @Override
  public void renameTable(Identifier from, Identifier to)
      throws NoSuchTableException, TableAlreadyExistsException {
    CatalogRelation relation = relation(from);
    requireTable(relation, "ALTER VIEW");
    boolean sameSchema =
        to.namespace().length == 0
            || catalog().schema(to.namespace()).filter(relation.schema()::equals).isPresent();
    if (!sameSchema) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot rename %s to %s: DuckDB renames tables within their schema, %s"
              .formatted(relation.sql(), to, relation.schema().sql()));
    }
    try {
      opened()
          .sql()
          .write(
              List.of(
                  "ALTER TABLE %s RENAME TO %s"
                      .formatted(relation.sql(), SqlText.identifier(to.name()))));
    } catch (DuckherderException e) {
      if (e.code() == StandardErrorCode.OBJECT_EXISTS) {
        throw new TableAlreadyExistsException(to);
      }
      throw e;
    }
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

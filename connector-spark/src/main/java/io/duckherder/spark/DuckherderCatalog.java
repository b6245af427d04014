package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.catalog.AlterStatements;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.catalog.SchemaName;
import io.duckherder.spark.catalog.TableStatements;
import io.duckherder.spark.catalog.WiderTypes;
import io.duckherder.spark.function.DuckDBFunctions;
import io.duckherder.spark.option.AsOf;
import io.duckherder.spark.procedure.ClusterProcedures;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Changelog;
import org.apache.spark.sql.connector.catalog.ChangelogContext;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalogCapability;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A Spark catalog over a Duckherder cluster, or over one DuckDB file. It keeps nothing: DuckDB is
 * asked each time. Driver-only.
 *
 * <pre>
 *   spark.sql.catalog.duck      = io.duckherder.spark.DuckherderCatalog
 *   spark.sql.catalog.duck.url  = grpc://host:8815
 * </pre>
 */
public class DuckherderCatalog extends NamespaceCatalog
    implements StagingTableCatalog, FunctionCatalog, ProcedureCatalog {
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
    return identifiers(namespace, names);
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    return tables().find(table, catalog()).orElseThrow(() -> new NoSuchTableException(table));
  }

  @Override
  public Table loadTable(Identifier table, String version) throws NoSuchTableException {
    return tables().loadAt(table, schemaOf(table), AsOf.version(version));
  }

  @Override
  public Table loadTable(Identifier table, long timestamp) throws NoSuchTableException {
    return tables().loadAt(table, schemaOf(table), AsOf.timestamp(timestamp));
  }

  /**
   * What is different between two snapshots, from Spark 4.2 on. The Sparks before do not have the
   * types of this method, and do not look for it.
   */
  @Override
  public Changelog loadChangelog(
      Identifier table, ChangelogContext context, CaseInsensitiveStringMap options)
      throws NoSuchTableException {
    return Changelogs.load(opened(), table, relation(table), context);
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
  public StagedTable stageCreate(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    SchemaName schema = schema(table.namespace());
    if (tableExists(table)) {
      throw new TableAlreadyExistsException(table);
    }
    return new StagedTables(opened())
        .stage(table, schema, List.of(), columns, partitions, properties);
  }

  @Override
  public StagedTable stageReplace(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException, NoSuchTableException {
    relation(table);
    return stageCreateOrReplace(table, columns, partitions, properties);
  }

  @Override
  public StagedTable stageCreateOrReplace(
      Identifier table, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException {
    SchemaName schema = schema(table.namespace());
    catalog()
        .relation(table.namespace(), table.name())
        .ifPresent(relation -> requireTable(relation, "CREATE OR REPLACE VIEW"));
    return new StagedTables(opened())
        .stage(
            table,
            schema,
            List.of("DROP TABLE IF EXISTS " + schema.sql(table.name())),
            columns,
            partitions,
            properties);
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) throws NoSuchTableException {
    CatalogRelation relation = relation(table);
    requireTable(relation, "ALTER VIEW");
    WiderTypes.require(
        DuckherderSchema.ofCatalog(relation.columns(), CatalogTables.types()), changes);
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

  /** DuckDB's functions are built in, so they are in every namespace. */
  @Override
  public Identifier[] listFunctions(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return identifiers(namespace, DuckDBFunctions.names(opened().sql()));
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    return Optional.of(function)
        .filter(name -> namespaceExists(name.namespace()))
        .flatMap(name -> DuckDBFunctions.find(name.name(), opened().sql()))
        .orElseThrow(() -> new NoSuchFunctionException(function));
  }

  @Override
  public Identifier[] listProcedures(String[] namespace) {
    return isSystem(namespace)
        ? identifiers(namespace, ClusterProcedures.names())
        : new Identifier[0];
  }

  @Override
  public UnboundProcedure loadProcedure(Identifier procedure) {
    return Optional.of(procedure)
        .filter(name -> isSystem(name.namespace()))
        .flatMap(name -> ClusterProcedures.find(name.name(), opened().sql()))
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.OBJECT_NOT_FOUND,
                    "Cannot find the procedure %s: those of %s.%s are %s"
                        .formatted(
                            procedure,
                            name(),
                            ClusterProcedures.NAMESPACE,
                            String.join(", ", ClusterProcedures.names()))));
  }

  private static boolean isSystem(String[] namespace) {
    return namespace.length == 1 && namespace[0].equalsIgnoreCase(ClusterProcedures.NAMESPACE);
  }

  private void requireNamespace(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length > 0) {
      schema(namespace);
    }
  }

  private static Identifier[] identifiers(String[] namespace, List<String> names) {
    return names.stream().map(name -> Identifier.of(namespace, name)).toArray(Identifier[]::new);
  }
}

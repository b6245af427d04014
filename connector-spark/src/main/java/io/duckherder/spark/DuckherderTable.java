package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.RowColumn;
import io.duckherder.spark.catalog.TableParts;
import io.duckherder.spark.option.Pushdown;
import io.duckherder.spark.write.DuckherderWriteBuilder;
import io.duckherder.spark.write.ExactConditions;
import io.duckherder.spark.write.RowChanges;
import io.duckherder.spark.write.WriteJob;
import io.duckherder.spark.write.WriteTarget;
import io.duckherder.wire.write.CommitStep;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.analysis.IndexAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchIndexException;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsDeleteV2;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsRowLevelOperations;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.index.SupportsIndex;
import org.apache.spark.sql.connector.catalog.index.TableIndex;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.RowLevelOperationBuilder;
import org.apache.spark.sql.connector.write.RowLevelOperationInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/** A DuckDB table, view or query as Spark sees it. Driver-only. */
class DuckherderTable
    implements SupportsRead,
        SupportsWrite,
        SupportsDeleteV2,
        SupportsRowLevelOperations,
        SupportsMetadataColumns,
        SupportsIndex {
  /** Spark 4.0 has no joins to push. */
  private static final boolean TAKES_JOINS =
      has("org.apache.spark.sql.connector.read.SupportsPushDownJoin");

  /** Spark 4.2 asks which columns can be changed before it changes them for a write. */
  private static final boolean ASKS_OF_CHANGES =
      has("org.apache.spark.sql.connector.catalog.SupportsSchemaEvolution");

  /** Spark 4.0 knows of no constraints. */
  private static final boolean ASKS_FOR_CONSTRAINTS =
      has("org.apache.spark.sql.connector.catalog.constraints.Constraint");

  private static final Set<TableCapability> READ =
      Set.of(TableCapability.BATCH_READ, TableCapability.MICRO_BATCH_READ);

  private static final Set<TableCapability> READ_AND_WRITE = readAndWrite();

  private final StructType schema;
  private final DuckherderRead read;
  private final BooleanSupplier named;
  private final Optional<CatalogEntry> entry;
  private final Optional<Supplier<WriteTarget>> target;
  private @Nullable RowColumns rowColumns;

  /** What the options of a read name. */
  static Table ofOptions(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<Supplier<WriteTarget>> target) {
    return of(schema, read, named, Optional.empty(), target);
  }

  /**
   * A table, as the Spark at hand asks it. The other classes must not even be looked at by the
   * Sparks before.
   *
   * @param schema its columns
   * @param read how it is read unless options say otherwise
   * @param named tells whether a table is read, and no view or query
   * @param entry what the catalog knows of it, if it is in one
   * @param target finds out how it is written, if it can be
   */
  static Table of(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    if (ASKS_OF_CHANGES) {
      return EvolvingTable.of(schema, read, named, entry, target);
    }
    return ASKS_FOR_CONSTRAINTS
        ? ConstrainedTable.of(schema, read, named, entry, target)
        : new DuckherderTable(schema, read, named, entry, target);
  }

  /**
   * A table.
   *
   * @param schema its columns
   * @param read how it is read unless options say otherwise
   * @param named tells whether a table is read, and no view or query
   * @param entry what the catalog knows of it, if it is in one
   * @param target finds out how it is written, if it can be
   */
  DuckherderTable(
      StructType schema,
      DuckherderRead read,
      BooleanSupplier named,
      Optional<CatalogEntry> entry,
      Optional<Supplier<WriteTarget>> target) {
    this.schema = schema;
    this.read = read;
    this.named = named;
    this.entry = entry;
    this.target = target;
  }

  @Override
  public String name() {
    return entry.map(CatalogEntry::name).orElseGet(() -> "duckherder " + read.description());
  }

  /** Tells the table from another of the same name, from Spark 4.1 on. */
  @Override
  public @Nullable String id() {
    return entry.flatMap(CatalogEntry::id).orElse(null);
  }

  /** The state that it was loaded in, from Spark 4.1 on. */
  @Override
  public @Nullable String version() {
    return entry.flatMap(CatalogEntry::version).orElse(null);
  }

  @Override
  @SuppressWarnings("deprecation") // columns() would lose the metadata with the DuckDB types
  public final StructType schema() {
    return schema;
  }

  /** Those of a table; of a view or a query there are none. */
  @Override
  public MetadataColumn[] metadataColumns() {
    return rowColumns().metadata();
  }

  private synchronized RowColumns rowColumns() {
    if (rowColumns == null) {
      boolean table = read.relation().table().isPresent() && named.getAsBoolean();
      rowColumns = table ? RowColumns.beside(schema) : RowColumns.NONE;
    }
    return rowColumns;
  }

  @Override
  public Map<String, String> properties() {
    return entry.map(CatalogEntry::properties).orElseGet(Map::of);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return target.isPresent() ? READ_AND_WRITE : READ;
  }

  @Override
  public boolean canDeleteWhere(Predicate[] predicates) {
    return target.isPresent() && ExactConditions.of(predicates, schema).isPresent();
  }

  @Override
  public void deleteWhere(Predicate[] predicates) {
    WriteTarget table = target();
    String condition = ExactConditions.of(predicates, schema).orElseThrow();
    new WriteJob(table)
        .commit(
            List.of(CommitStep.plain("DELETE FROM %s WHERE %s".formatted(table.sql(), condition))));
  }

  @Override
  public RowLevelOperationBuilder newRowLevelOperationBuilder(RowLevelOperationInfo info) {
    WriteTarget table = target();
    if (!rowColumns().columns().contains(RowColumn.ROWID)) {
      // Spark would look for the column and not find it.
      requireRowids();
    }
    ReadWatch watch = new ReadWatch();
    return () ->
        new RowChanges(
            table,
            schema,
            RowColumn.ROWID.columnName(),
            info,
            options -> {
              requireRowids();
              return newScanBuilder(options, watch);
            },
            watch::snapshot);
  }

  /** Not asked of a DELETE that DuckDB does by itself. */
  private void requireRowids() {
    RowColumns.hidingRowids(schema)
        .ifPresent(
            column -> {
              throw new DuckherderException(
                  StandardErrorCode.UNSUPPORTED,
                  "Cannot change rows of %s: its column \"%s\" hides the rowids, by which rows are found; DuckDB's own SQL can change them"
                      .formatted(name(), column));
            });
  }

  @Override
  public void createIndex(
      String indexName,
      NamedReference[] columns,
      Map<NamedReference, Map<String, String>> columnsProperties,
      Map<String, String> properties)
      throws IndexAlreadyExistsException {
    Map<String, String> options = new HashMap<>(properties);
    columnsProperties.values().forEach(options::putAll);
    parts().createIndex(indexName, columns, options);
  }

  @Override
  public void dropIndex(String indexName) throws NoSuchIndexException {
    parts().dropIndex(indexName);
  }

  @Override
  public boolean indexExists(String indexName) {
    return parts().hasIndex(indexName);
  }

  @Override
  public TableIndex[] listIndexes() {
    return parts().indexes();
  }

  private TableParts parts() {
    return target().parts();
  }

  /** What a catalog knows of it. */
  final Optional<CatalogEntry> entry() {
    return entry;
  }

  private WriteTarget target() {
    return target
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.UNSUPPORTED,
                    "Cannot change %s: only tables as they are now can be written, no views, queries and older states"
                        .formatted(name())))
        .get();
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    entry.ifPresent(found -> found.requireKnown(info.options().asCaseSensitiveMap()));
    return new DuckherderWriteBuilder(target(), schema, info);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return newScanBuilder(options, ReadWatch.NONE);
  }

  private ScanBuilder newScanBuilder(CaseInsensitiveStringMap options, ReadWatch watch) {
    DuckherderRead wanted =
        entry
            .map(found -> found.read(read, options.asCaseSensitiveMap()))
            .orElse(read)
            .watchedBy(watch);
    if (wanted.pushdown() == Pushdown.FALSE) {
      return new ColumnsScanBuilder(new DuckherderScanBuilder(schema, wanted, target));
    }
    return TAKES_JOINS
        ? new DuckherderJoinScanBuilder(schema, wanted, target)
        : new DuckherderScanBuilder(schema, wanted, target);
  }

  /** So that Spark finds what it cached of a table that it has loaded again meanwhile. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DuckherderTable that
        && read.equals(that.read)
        && schema.equals(that.schema)
        && Objects.equals(id(), that.id());
  }

  @Override
  public int hashCode() {
    return Objects.hash(read, schema);
  }

  /** From Spark 4.1 on a write may ask for columns to be added, by ALTER TABLE before it begins. */
  private static Set<TableCapability> readAndWrite() {
    Set<TableCapability> capabilities =
        EnumSet.of(
            TableCapability.BATCH_READ,
            TableCapability.MICRO_BATCH_READ,
            TableCapability.BATCH_WRITE,
            TableCapability.STREAMING_WRITE,
            TableCapability.TRUNCATE,
            TableCapability.OVERWRITE_BY_FILTER);
    Stream.of(TableCapability.values())
        .filter(capability -> capability.name().equals("AUTOMATIC_SCHEMA_EVOLUTION"))
        .forEach(capabilities::add);
    return Collections.unmodifiableSet(capabilities);
  }

  private static boolean has(String type) {
    try {
      Class.forName(type);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}

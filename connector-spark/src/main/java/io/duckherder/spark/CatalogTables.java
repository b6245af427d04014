package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadRequest;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.catalog.DuckDBCatalog;
import io.duckherder.spark.catalog.SchemaName;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.spark.type.TimeForm;
import io.duckherder.spark.write.WriteTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.internal.SQLConf;

/** Makes Spark's tables of what DuckDB's catalog says. Driver-only. */
final class CatalogTables {
  /** Whether Spark loads tables of a known state again before it plans, as it does since 4.2. */
  private static final boolean SPARK_LOADS_AGAIN = sparkLoadsAgain();

  private final String catalog;
  private final ReadSource source;
  private final DuckherderOptions options;

  CatalogTables(String catalog, ReadSource source, DuckherderOptions options) {
    this.catalog = catalog;
    this.source = source;
    this.options = options;
  }

  /** A table as it is now, if there is one. */
  Optional<Table> find(Identifier name, DuckDBCatalog duckdb) {
    Optional<Object> state = source.state();
    return duckdb
        .relation(name.namespace(), name.name())
        .map(
            relation -> {
              NotNullCheck check =
                  new NotNullCheck(
                      relation,
                      source,
                      state,
                      () -> duckdb.relation(name.namespace(), name.name()));
              boolean checked = SPARK_LOADS_AGAIN && relation.version().isPresent();
              return load(name, relation, checked ? () -> {} : check::require);
            });
  }

  private Table load(Identifier name, CatalogRelation relation, Runnable check) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(TableCatalog.PROP_PROVIDER, DuckherderDataSource.NAME);
    relation.comment().ifPresent(text -> properties.put(TableCatalog.PROP_COMMENT, text));
    WriteTarget target = new WriteTarget(source, relation.schema(), relation.name());
    return DuckherderTable.of(
        DuckherderSchema.ofCatalog(relation.columns(), types()),
        read(relation.sql()),
        () -> !relation.view(),
        Optional.of(
            new CatalogEntry(
                catalog,
                name,
                relation.id(),
                relation.version(),
                properties,
                () -> relation.view() ? List.of() : target.parts().constraints(),
                options,
                check)),
        relation.view() ? Optional.empty() : Optional.of(() -> target));
  }

  /**
   * A table as it was. DuckDB says what its columns were.
   *
   * @param asOf an AT clause
   */
  Table loadAt(Identifier name, SchemaName schema, String asOf) {
    if (!options.isCluster()) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read %s%s: a file has no snapshots, managed databases of a cluster have"
              .formatted(name, asOf));
    }
    DuckherderRead read = read(schema.sql(name.name()) + asOf);
    PlannedRead planned = read.planAll();
    return DuckherderTable.of(
        DuckherderSchema.of(planned.columns(), types()),
        read,
        () -> planned.summary().table(),
        Optional.of(
            new CatalogEntry(
                catalog,
                name,
                Optional.empty(),
                Optional.of(asOf.trim()),
                Map.of(TableCatalog.PROP_PROVIDER, DuckherderDataSource.NAME),
                List::of,
                options,
                () -> {})),
        Optional.empty());
  }

  private DuckherderRead read(String relation) {
    return new DuckherderRead(
        source,
        ReadRequest.Relation.ofTable(relation),
        options.settings(),
        Sources.target(options),
        options.pushdown(),
        options.stream());
  }

  static SparkTypes types() {
    return new SparkTypes(
        TimeForm.of(SQLConf.get().getConfString("spark.sql.timeType.enabled", "false")));
  }

  private static boolean sparkLoadsAgain() {
    try {
      Class.forName("org.apache.spark.sql.connector.catalog.RelationCatalog");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}

package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ReadRequest;
import io.duckherder.plan.ResultColumn;
import io.duckherder.spark.option.AsOf;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.spark.type.TimeForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The data source {@code duckherder}: a DuckDB file, or a table or query of a Duckherder cluster,
 * as a Spark table. Options can also be set for a session, as {@code
 * spark.datasource.duckherder.<option>}. Driver-only.
 */
public final class DuckherderDataSource
    implements TableProvider, SessionConfigSupport, DataSourceRegister {
  static final String NAME = "duckherder";

  /** Guarded by this. */
  private @Nullable Inferred inferred;

  /** What was found out with the schema for some options: Spark asks for the table next. */
  private record Inferred(Map<String, String> options, boolean table) {}

  @Override
  public String shortName() {
    return NAME;
  }

  @Override
  public String keyPrefix() {
    return NAME;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap given) {
    DuckherderOptions options = DuckherderOptions.parse(given.asCaseSensitiveMap());
    ReadSource source = Sources.of(options);
    DuckherderRead read =
        new DuckherderRead(
            source,
            relation(options, source),
            options.settings(),
            Sources.target(options),
            options.pushdown(),
            options.stream());
    PlannedRead planned = read.planAll();
    synchronized (this) {
      inferred = new Inferred(given.asCaseSensitiveMap(), planned.summary().table());
    }
    List<ResultColumn> columns = planned.columns();
    String times = SQLConf.get().getConfString("spark.sql.timeType.enabled", "false");
    return DuckherderSchema.of(columns, new SparkTypes(TimeForm.of(times)));
  }

  /** Whether a table is read, if that was found out with the schema. */
  private synchronized Optional<BooleanSupplier> named(Map<String, String> properties) {
    Inferred known = inferred;
    return known != null && known.options().equals(properties)
        ? Optional.of(known::table)
        : Optional.empty();
  }

  private static ReadRequest.Relation relation(DuckherderOptions options, ReadSource source) {
    return options
        .relation()
        .orElseThrow(
            () ->
                new DuckherderException(
                    StandardErrorCode.INVALID_OPTION,
                    "Cannot tell what to read: give the option \"%s\" or \"%s\"; %s"
                        .formatted(
                            DuckherderOption.DBTABLE.key(),
                            DuckherderOption.QUERY.key(),
                            source.availableTables())));
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    DuckherderOptions options = DuckherderOptions.parse(properties);
    ReadSource source = Sources.of(options);
    DuckherderRead read =
        new DuckherderRead(
            source,
            relation(options, source),
            options.settings(),
            Sources.target(options),
            options.pushdown(),
            options.stream());
    return DuckherderTable.ofOptions(
        schema,
        read,
        named(properties).orElse(() -> read.planAll().summary().table()),
        options.value(DuckherderOption.DBTABLE).isPresent() && AsOf.clause(options).isEmpty()
            ? Optional.of(() -> NamedTable.find(options, source))
            : Optional.empty());
  }
}

package io.duckherder.spark;

import io.duckherder.plan.ReadRequest;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.option.SessionOptions;
import io.duckherder.spark.option.StreamOptions;
import io.duckherder.spark.stream.TableChanges;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.catalog.Changelog;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * What is different in a table between two snapshots, for Spark 4.2 and later: each row at most
 * once, or, where it was changed, as it was and as it is. Driver-only.
 *
 * @param table its name
 * @param schema the columns of the table, and what says what was done
 * @param query gives the rows
 * @param options of the catalog
 */
record DuckherderChangelog(String table, StructType schema, String query, DuckherderOptions options)
    implements Changelog {
  /** What Spark itself reads of the options. */
  private static final Set<String> OF_SPARK =
      Set.of(
          "startingversion",
          "endingversion",
          "startingtimestamp",
          "endingtimestamp",
          "startingboundinclusive",
          "endingboundinclusive",
          "deduplicationmode",
          "computeupdates");

  @Override
  public String name() {
    return table;
  }

  @Override
  public Column[] columns() {
    return Stream.of(schema.fields())
        .map(
            field ->
                Column.create(
                    field.name(),
                    field.dataType(),
                    !field.name().equals(TableChanges.CHANGE)
                        && !field.name().equals(TableChanges.VERSION)
                        && !field.name().equals(TableChanges.TIME)))
        .toArray(Column[]::new);
  }

  @Override
  public boolean containsCarryoverRows() {
    return false;
  }

  @Override
  public boolean containsIntermediateChanges() {
    return false;
  }

  @Override
  public boolean representsUpdateAsDeleteAndInsert() {
    return false;
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap given) {
    Map<String, String> ours = new HashMap<>(given.asCaseSensitiveMap());
    ours.keySet().removeIf(key -> OF_SPARK.contains(key.toLowerCase(Locale.ROOT)));
    DuckherderOptions merged = options.withRead(SessionOptions.ofActive(), ours);
    return new DuckherderScanBuilder(
        schema,
        new DuckherderRead(
            Sources.of(merged),
            ReadRequest.Relation.ofQuery(query),
            merged.settings(),
            Sources.target(merged),
            merged.pushdown(),
            StreamOptions.DEFAULT),
        Optional.empty());
  }
}

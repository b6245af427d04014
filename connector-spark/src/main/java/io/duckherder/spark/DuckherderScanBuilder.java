package io.duckherder.spark;

import io.duckherder.spark.expression.ExpressionTranslator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Collects the columns and filters that Spark pushes into a read. Driver-only. */
final class DuckherderScanBuilder
    implements SupportsPushDownRequiredColumns, SupportsPushDownV2Filters {
  /** Each ticket repeats the filter, so a long one costs more than the rows that it saves. */
  private static final int LONGEST_FILTER = 16_384;

  private final StructType schema;
  private final DuckherderRead read;
  private final List<Predicate> pushed = new ArrayList<>();
  private final StringBuilder filter = new StringBuilder();
  private StructType columns;

  DuckherderScanBuilder(StructType schema, DuckherderRead read) {
    this.schema = schema;
    this.read = read;
    this.columns = schema;
  }

  /** Keeps top-level columns whole: a struct of which Spark wants one field is read with all. */
  @Override
  public void pruneColumns(StructType required) {
    List<StructField> fields = new ArrayList<>();
    for (StructField field : required.fields()) {
      fields.add(schema.apply(field.name()));
    }
    columns = DataTypes.createStructType(fields);
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    ExpressionTranslator translator = new ExpressionTranslator(schema);
    List<Predicate> left = new ArrayList<>();
    for (Predicate predicate : predicates) {
      Optional<String> condition =
          translator
              .condition(predicate)
              .filter(text -> filter.length() + text.length() <= LONGEST_FILTER);
      if (condition.isEmpty()) {
        left.add(predicate);
        continue;
      }
      filter.append(filter.length() == 0 ? "" : " AND ").append(condition.get());
      pushed.add(predicate);
    }
    return left.toArray(Predicate[]::new);
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushed.toArray(Predicate[]::new);
  }

  @Override
  public Scan build() {
    DuckherderSchema.requireReadable(columns);
    return new DuckherderScan(
        read, columns, filter.length() == 0 ? Optional.empty() : Optional.of(filter.toString()));
  }
}

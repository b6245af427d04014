package io.duckherder.spark;

import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.RowColumn;
import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.expression.TypedSql;
import io.duckherder.spark.option.Pushdown;
import io.duckherder.spark.pushdown.AggregateTranslator;
import io.duckherder.spark.pushdown.ExactAverages;
import io.duckherder.spark.pushdown.PushedAggregation;
import io.duckherder.spark.pushdown.PushedRead;
import io.duckherder.spark.pushdown.RowQuery;
import io.duckherder.spark.pushdown.RowSample;
import io.duckherder.spark.pushdown.SortTranslator;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.write.WriteTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownOffset;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownTableSample;
import org.apache.spark.sql.connector.read.SupportsPushDownTopN;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Collects what Spark pushes into a read: columns and filters, then an aggregation, then the start
 * of a sort order or any rows. Driver-only.
 */
class DuckherderScanBuilder
    implements SupportsPushDownRequiredColumns,
        SupportsPushDownTableSample,
        SupportsPushDownV2Filters,
        SupportsPushDownAggregates,
        SupportsPushDownTopN,
        SupportsPushDownLimit,
        SupportsPushDownOffset {
  /** Each ticket repeats the filter, so a long one costs more than the rows that it saves. */
  private static final int LONGEST_FILTER = 16_384;

  private final List<Predicate> pushed = new ArrayList<>();
  private final Set<String> filtered = new HashSet<>();
  private final RowQuery query = new RowQuery();
  private final Optional<Supplier<WriteTarget>> table;
  private DuckherderRead read;
  private RowColumns rowColumns;
  private StructType schema;
  private StructType columns;
  private ExpressionTranslator expressions;
  private AggregateTranslator aggregates;
  private Optional<String> filter = Optional.empty();
  private boolean averagesDiffer;
  private boolean renamed;
  private @Nullable PlannedRead rows;

  /**
   * A builder that was told nothing yet.
   *
   * @param table finds out what a stream reads, if one can
   */
  DuckherderScanBuilder(
      StructType schema, DuckherderRead read, Optional<Supplier<WriteTarget>> table) {
    this.table = table;
    this.read = read;
    this.rowColumns =
        read.relation().table().isPresent() ? RowColumns.beside(schema) : RowColumns.NONE;
    this.schema = rowColumns.behind(schema);
    this.columns = schema;
    this.expressions = new ExpressionTranslator(this.schema);
    this.aggregates = new AggregateTranslator(expressions, SQLConf.get().ansiEnabled());
  }

  final DuckherderRead read() {
    return read;
  }

  /** Whether columns have other names than Spark's. */
  final boolean renamed() {
    return renamed;
  }

  /** The columns of the relation, and what else its rows have. */
  final StructType schema() {
    return schema;
  }

  /** What is wanted of the rows besides the relation's columns, where these are read. */
  final Set<RowColumn> told(Collection<String> names) {
    Set<String> all = new HashSet<>(filtered);
    all.addAll(names);
    return rowColumns.among(all);
  }

  final Optional<String> filter() {
    return filter;
  }

  /** Whether more than columns and filters was pushed. */
  final boolean hasQuery() {
    return !query.isEmpty();
  }

  /**
   * Reads another relation from now on, into which all that was pushed has gone.
   *
   * @param otherNames whether it has columns under other names than Spark's
   */
  final void readInstead(DuckherderRead other, StructType otherSchema, boolean otherNames) {
    renamed = otherNames;
    read = other;
    schema = otherSchema;
    columns = otherSchema;
    expressions = new ExpressionTranslator(otherSchema);
    aggregates = new AggregateTranslator(expressions, SQLConf.get().ansiEnabled());
    filter = Optional.empty();
    filtered.clear();
    rowColumns = RowColumns.NONE;
    rows = null;
  }

  /** Of structs the fields that Spark wants, unless something else is asked of the rows. */
  @Override
  public void pruneColumns(StructType required) {
    if (query.aggregation().isPresent()) {
      return;
    }
    List<StructField> fields = new ArrayList<>();
    for (StructField field : required.fields()) {
      StructField whole = schema.apply(field.name());
      fields.add(query.isEmpty() ? DuckherderSchema.narrowed(whole, field.dataType()) : whole);
    }
    columns = DataTypes.createStructType(fields);
  }

  /** Rows of a view or a query have no numbers by which a sample could be repeated. */
  @Override
  public boolean pushTableSample(double lower, double upper, boolean withReplacement, long seed) {
    String rowNumbers = RowColumn.ROWID.columnName();
    if (withReplacement
        || hasQuery()
        || rowColumns.among(Set.of(rowNumbers)).isEmpty()
        || !rows().summary().table()) {
      return false;
    }
    filter = Optional.of(both(new RowSample(lower, upper, seed).condition(rowNumbers)));
    filtered.add(rowNumbers);
    rows = null;
    return true;
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    List<Predicate> left = new ArrayList<>();
    for (Predicate predicate : predicates) {
      Optional<String> both =
          expressions
              .condition(predicate)
              .map(this::both)
              .filter(text -> text.length() <= LONGEST_FILTER);
      if (both.isEmpty()) {
        left.add(predicate);
        continue;
      }
      filter = both;
      pushed.add(predicate);
      AggregateTranslator.addColumns(predicate, filtered);
    }
    rows = null;
    return read.pushdown() == Pushdown.FILTERS ? predicates : left.toArray(Predicate[]::new);
  }

  private String both(String condition) {
    return filter.map(text -> text + " AND " + condition).orElse(condition);
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushed.toArray(Predicate[]::new);
  }

  /** Asked before each push: once about the averages, then about the sums and counts for them. */
  @Override
  public boolean supportCompletePushDown(Aggregation asked) {
    // Spark makes sums of averages under the names that columns had before the join.
    averagesDiffer |=
        renamed && ExactAverages.any(asked)
            || !ExactAverages.all(asked, expressions, () -> rows().summary().rows());
    return !averagesDiffer
        && aggregates.translate(asked).filter(found -> scope(found) == WHOLE).isPresent();
  }

  private static final PushedQuery.Scope WHOLE = PushedQuery.Scope.WHOLE;

  @Override
  public boolean pushAggregation(Aggregation asked) {
    Optional<PushedAggregation> found = aggregates.translate(asked);
    if (averagesDiffer || found.isEmpty()) {
      return false;
    }
    query.aggregate(found.get(), scope(found.get()));
    columns = schema(asked, found.get());
    return true;
  }

  /** Spark's tasks do in parallel what Spark can put together; a cluster needs no help with it. */
  private PushedQuery.Scope scope(PushedAggregation asked) {
    boolean divided =
        asked.mergeable() && !read.source().isCluster() && rows().partitions().size() > 1;
    return divided ? PushedQuery.Scope.PARTITION : WHOLE;
  }

  private static StructType schema(Aggregation asked, PushedAggregation found) {
    List<StructField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int keys = asked.groupByExpressions().length;
    for (TypedSql output : found.outputs()) {
      int i = fields.size();
      String name =
          i < keys
              ? asked.groupByExpressions()[i].toString()
              : asked.aggregateExpressions()[i - keys].toString();
      // Spark asks for count(*) once more where it puts an average of a literal together.
      String unique = names.add(name) ? name : name + " as output " + i;
      fields.add(DuckherderSchema.field(unique, output.type(), output.duckdbType()));
    }
    return DataTypes.createStructType(fields);
  }

  @Override
  public boolean pushTopN(SortOrder[] orders, int limit) {
    Optional<String> order = new SortTranslator(expressions, aggregates).translate(orders);
    if (order.isEmpty() || !query.canContinue()) {
      return false;
    }
    query.sort(orders, order.get(), limit);
    return true;
  }

  @Override
  public boolean pushLimit(int limit) {
    if (!query.canContinue()) {
      return false;
    }
    query.limit(limit);
    return true;
  }

  @Override
  public boolean pushOffset(int offset) {
    if (!query.isWhole()) {
      return false;
    }
    query.offset(offset);
    return true;
  }

  /** Whether Spark takes the first rows once more, of those that the partitions give. */
  @Override
  public boolean isPartiallyPushed() {
    return !query.isWhole();
  }

  /** The rows before any query over them. */
  private PlannedRead rows() {
    if (rows == null) {
      rows = read.plan(PushedRead.ofRows(List.of(), filter, told(Set.of())));
    }
    return rows;
  }

  /** The columns of which Spark wants some fields, with their types then. */
  private Map<String, String> narrowed() {
    Map<String, String> types = new HashMap<>();
    for (StructField column : columns.fields()) {
      String type = DuckherderSchema.duckdbType(column);
      boolean whole =
          query.aggregation().isPresent()
              || DuckherderSchema.duckdbType(schema.apply(column.name())).equals(type);
      if (!whole) {
        types.put(column.name(), type);
      }
    }
    return types;
  }

  @Override
  public Scan build() {
    List<String> wanted = List.of(columns.fieldNames());
    List<String> needed = query.columns(wanted);
    for (String name : needed) {
      DuckherderSchema.requireReadable(schema.apply(name));
    }
    return new DuckherderScan(
        read,
        columns,
        new PushedRead(needed, filter, query.build(wanted), query.most(), narrowed(), told(needed)),
        expressions,
        table);
  }
}

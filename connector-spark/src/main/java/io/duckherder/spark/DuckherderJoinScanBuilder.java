package io.duckherder.spark;

import io.duckherder.plan.ReadRequest;
import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.write.WriteTarget;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.join.JoinType;
import org.apache.spark.sql.connector.read.SupportsPushDownJoin;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A scan builder that takes joins of tables of one file or cluster, for Spark 4.1 and later. A join
 * becomes the relation that is read, and what is pushed after it is about its rows. Driver-only.
 */
final class DuckherderJoinScanBuilder extends DuckherderScanBuilder
    implements SupportsPushDownJoin {
  DuckherderJoinScanBuilder(
      StructType schema, DuckherderRead read, Optional<Supplier<WriteTarget>> table) {
    super(schema, read, table);
  }

  @Override
  public boolean isOtherSideCompatibleForJoin(SupportsPushDownJoin other) {
    return other instanceof DuckherderJoinScanBuilder that
        && read().source().equals(that.read().source())
        && read().settings().equals(that.read().settings())
        && !hasQuery()
        && !that.hasQuery();
  }

  @Override
  public boolean pushDownJoin(
      SupportsPushDownJoin other,
      JoinType type,
      ColumnWithAlias[] left,
      ColumnWithAlias[] right,
      Predicate condition) {
    DuckherderJoinScanBuilder that = (DuckherderJoinScanBuilder) other;
    if (!told(names(left)).isEmpty() || !that.told(names(right)).isEmpty()) {
      return false;
    }
    List<StructField> fields = new ArrayList<>(fields(left));
    fields.addAll(that.fields(right));
    StructType joined = DataTypes.createStructType(fields);
    Optional<String> on = new ExpressionTranslator(joined).condition(condition);
    if (on.isEmpty()) {
      return false;
    }
    String sql =
        "SELECT * FROM (%s) AS duckherder_left %s (%s) AS duckherder_right ON %s"
            .formatted(rows(left), keyword(type), that.rows(right), on.get());
    boolean otherNames =
        renamed()
            || that.renamed()
            || Stream.concat(Stream.of(left), Stream.of(right))
                .anyMatch(one -> one.alias() != null);
    readInstead(read().of(ReadRequest.Relation.ofQuery(sql)), joined, otherNames);
    return true;
  }

  private static List<String> names(ColumnWithAlias[] columns) {
    return Stream.of(columns).map(ColumnWithAlias::colName).toList();
  }

  private static String keyword(JoinType type) {
    return switch (type) {
      case INNER_JOIN -> "INNER JOIN";
      case LEFT_OUTER_JOIN -> "LEFT JOIN";
      case RIGHT_OUTER_JOIN -> "RIGHT JOIN";
    };
  }

  private List<StructField> fields(ColumnWithAlias[] columns) {
    return Stream.of(columns)
        .map(
            column -> {
              StructField field = schema().apply(column.colName());
              DuckherderSchema.requireReadable(field);
              return DataTypes.createStructField(
                  name(column), field.dataType(), true, field.metadata());
            })
        .toList();
  }

  private static String name(ColumnWithAlias column) {
    return column.alias() == null ? column.colName() : column.alias();
  }

  /** The rows of this side, with its columns named as in the join. */
  private String rows(ColumnWithAlias[] columns) {
    String selected =
        Stream.of(columns)
            .map(
                column ->
                    SqlText.identifier(column.colName())
                        + " AS "
                        + SqlText.identifier(name(column)))
            .collect(Collectors.joining(", "));
    ReadRequest.Relation relation = read().relation();
    return "SELECT "
        + (selected.isEmpty() ? "true" : selected)
        + " FROM "
        + relation.table().orElseGet(() -> "(" + relation.query().orElseThrow() + "\n) AS q")
        + filter().map(text -> " WHERE " + text).orElse("");
  }
}

package io.duckherder.spark.expression;

import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.StructType;

/**
 * Translates Spark's expressions over a relation into DuckDB SQL. What has no exact counterpart,
 * because of a type, a literal or the shape of an expression, is not translated, and Spark
 * evaluates it.
 */
public final class ExpressionTranslator {
  private final Conditions conditions;
  private final Terms terms;

  /**
   * A translator over a relation.
   *
   * @param schema Spark's schema, with the DuckDB type of each column in its metadata
   */
  public ExpressionTranslator(StructType schema) {
    this.terms = new Terms(new Columns(schema));
    this.conditions = terms.conditions();
  }

  /**
   * The SQL that gives the values of an expression. It may fail where Spark's evaluation fails, so
   * it has to be evaluated for exactly the rows that Spark would evaluate it for.
   */
  public Optional<TypedSql> translate(Expression expression) {
    return terms
        .translate(expression)
        .filter(term -> !term.risks().contains(Risk.FAR_DATE))
        .flatMap(
            term ->
                PlainType.of(term.type())
                    .map(duckdbType -> new TypedSql(term.read(), term.type(), duckdbType)));
  }

  /**
   * The condition that is true, false and null for the same rows as a predicate. It never fails, so
   * it can be evaluated for any rows and in any order with others.
   */
  public Optional<String> condition(Predicate predicate) {
    return conditions.translate(predicate);
  }

  /**
   * Whether a column can be compared with literals, and values that Spark takes for equal are so in
   * DuckDB. Floating point is left out.
   */
  public boolean isComparable(NamedReference column) {
    return terms
        .columns()
        .find(column)
        .filter(found -> found.form() != ColumnForm.FLOATING)
        .flatMap(Column::operand)
        .isPresent();
  }
}

package io.duckherder.spark.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Cast;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Extract;
import org.apache.spark.sql.connector.expressions.GeneralScalarExpression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.UserDefinedScalarFunc;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataTypes;

/** Translates expressions that have values. */
final class Terms {
  private static final String CASE_WHEN = "CASE_WHEN";

  private final Columns columns;
  private final Conditions conditions;

  Terms(Columns columns) {
    this.columns = columns;
    this.conditions = new Conditions(columns, this);
  }

  Columns columns() {
    return columns;
  }

  Conditions conditions() {
    return conditions;
  }

  Optional<Term> translate(Expression expression) {
    if (expression instanceof Literal<?> literal) {
      return Literals.term(literal);
    }
    if (expression instanceof Predicate predicate && !predicate.name().equals(CASE_WHEN)) {
      return conditions
          .translate(predicate)
          .map(condition -> Term.of(condition, DataTypes.BooleanType));
    }
    if (expression instanceof GeneralScalarExpression call) {
      return call(call.name(), call.children());
    }
    if (expression instanceof Cast cast) {
      return translate(cast.expression()).flatMap(term -> Casts.cast(term, cast.dataType()));
    }
    if (expression instanceof Extract extract) {
      return translate(extract.source()).flatMap(term -> Dates.extract(extract.field(), term));
    }
    if (expression instanceof UserDefinedScalarFunc call) {
      return all(List.of(call.children()))
          .flatMap(arguments -> DuckDBCalls.call(call.canonicalName(), arguments));
    }
    return columns.find(expression).flatMap(Column::term);
  }

  /** A term that never fails. */
  Optional<Term> certain(Expression expression) {
    return translate(expression).filter(term -> !term.canFail());
  }

  private Optional<Term> call(String name, Expression[] children) {
    if (name.equals(CASE_WHEN)) {
      return caseWhen(children);
    }
    return all(List.of(children)).flatMap(arguments -> Functions.call(name, arguments));
  }

  /** Conditions and values take turns; a last value alone is for all else. */
  private Optional<Term> caseWhen(Expression[] children) {
    List<String> chosen = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < children.length; i++) {
      if (i % 2 == 1 || i == children.length - 1) {
        values.add(children[i]);
        continue;
      }
      Optional<String> condition = conditions.condition(children[i]);
      if (condition.isEmpty()) {
        return Optional.empty();
      }
      chosen.add(condition.get());
    }
    return all(values).flatMap(terms -> Choices.caseWhen(chosen, terms));
  }

  private Optional<List<Term>> all(List<Expression> expressions) {
    List<Term> terms = new ArrayList<>();
    for (Expression expression : expressions) {
      Optional<Term> term = translate(expression);
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return Optional.of(terms);
  }
}

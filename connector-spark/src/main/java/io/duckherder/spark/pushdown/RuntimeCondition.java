package io.duckherder.spark.pushdown;

import io.duckherder.spark.expression.ExpressionTranslator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.LiteralValue;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.And;
import org.apache.spark.sql.connector.expressions.filter.Predicate;

/**
 * Translates what Spark learns of a scan's rows while a query runs: the values that the other side
 * of a join has, say. Rows for which it does not hold are of no use, and Spark leaves out those
 * that come all the same; so a part that cannot be translated is dropped.
 */
public final class RuntimeCondition {
  private final ExpressionTranslator expressions;
  private final int longest;

  /**
   * A translator.
   *
   * @param longest the most characters of a list; of a longer one there are the bounds
   */
  public RuntimeCondition(ExpressionTranslator expressions, int longest) {
    this.expressions = expressions;
    this.longest = longest;
  }

  /** The condition for all predicates; empty if none can be translated. */
  public Optional<String> of(Predicate[] predicates) {
    List<String> conditions = new ArrayList<>();
    for (Predicate predicate : predicates) {
      Optional<String> condition =
          predicate.name().equals("IN") ? in(predicate) : expressions.condition(predicate);
      condition.filter(text -> text.length() <= longest).ifPresent(conditions::add);
    }
    return conditions.isEmpty()
        ? Optional.empty()
        : Optional.of("(" + String.join(" AND ", conditions) + ")");
  }

  /** A null in the list matches nothing. */
  private Optional<String> in(Predicate predicate) {
    Expression[] children = predicate.children();
    List<LiteralValue<?>> values = new ArrayList<>();
    for (Expression child : List.of(children).subList(1, children.length)) {
      if (!(child instanceof LiteralValue<?> literal)) {
        return expressions.condition(predicate);
      }
      if (literal.value() != null) {
        values.add(literal);
      }
    }
    if (values.isEmpty()) {
      return Optional.of("false");
    }
    List<Expression> list = new ArrayList<>(List.of(children[0]));
    list.addAll(values);
    Optional<String> listed =
        expressions
            .condition(new Predicate("IN", list.toArray(Expression[]::new)))
            .filter(text -> text.length() <= longest);
    // DuckDB makes a join of a list, and prunes row groups by bounds only.
    Optional<String> bounds = bounds((NamedReference) children[0], values);
    return bounds.isPresent() && listed.isPresent()
        ? Optional.of(bounds.get() + " AND " + listed.get())
        : bounds.or(() -> listed);
  }

  private Optional<String> bounds(NamedReference column, List<LiteralValue<?>> values) {
    if (!values.stream().allMatch(value -> value.value() instanceof Comparable)) {
      return Optional.empty();
    }
    LiteralValue<?> least = values.get(0);
    LiteralValue<?> greatest = values.get(0);
    for (LiteralValue<?> value : values) {
      least = compare(value, least) < 0 ? value : least;
      greatest = compare(value, greatest) > 0 ? value : greatest;
    }
    return expressions.condition(
        new And(comparison(">=", column, least), comparison("<=", column, greatest)));
  }

  @SuppressWarnings("unchecked") // All are values of one column's type.
  private static int compare(Literal<?> one, Literal<?> other) {
    return ((Comparable<Object>) one.value()).compareTo(other.value());
  }

  private static Predicate comparison(String operator, NamedReference column, Literal<?> value) {
    return new Predicate(operator, Arrays.asList(column, value).toArray(Expression[]::new));
  }
}

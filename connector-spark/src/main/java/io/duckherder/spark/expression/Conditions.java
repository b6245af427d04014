package io.duckherder.spark.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataTypes;

/**
 * Translates predicates. A column compared with a literal is compared in its own type, so that the
 * statistics of row groups apply; all else in the plain types.
 */
final class Conditions {
  private final Columns columns;
  private final Terms terms;

  Conditions(Columns columns, Terms terms) {
    this.columns = columns;
    this.terms = terms;
  }

  /** The condition that is true, false and null for the same rows as a predicate. */
  Optional<String> translate(Predicate predicate) {
    String name = predicate.name();
    Expression[] children = predicate.children();
    return switch (name) {
      case "=", "<>", "<", "<=", ">", ">=" -> comparison(name, children);
      case "<=>" -> comparison("IS NOT DISTINCT FROM", children);
      case "STARTS_WITH" -> textFunction("starts_with", children);
      case "ENDS_WITH" -> textFunction("ends_with", children);
      case "CONTAINS" -> textFunction("contains", children);
      case "AND", "OR" -> junction(name, children);
      case "NOT" -> condition(children[0]).map(inner -> "(NOT " + inner + ")");
      case "IS_NULL" -> nullTest(children[0], "IS NULL");
      case "IS_NOT_NULL" -> nullTest(children[0], "IS NOT NULL");
      case "IN" -> in(children);
      case "BOOLEAN_EXPRESSION" -> children.length == 1 ? condition(children[0]) : Optional.empty();
      case "ALWAYS_TRUE" -> Optional.of("true");
      case "ALWAYS_FALSE" -> Optional.of("false");
      case "CASE_WHEN" -> terms.certain(predicate).map(Term::sql);
      default -> Optional.empty();
    };
  }

  Optional<String> condition(Expression expression) {
    if (expression instanceof Predicate predicate) {
      return translate(predicate);
    }
    return terms
        .certain(expression)
        .filter(term -> term.type().equals(DataTypes.BooleanType))
        .map(Term::sql);
  }

  private Optional<String> junction(String operator, Expression[] children) {
    List<String> parts = new ArrayList<>();
    for (Expression child : children) {
      Optional<String> part = condition(child);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
    }
    return Optional.of("(" + String.join(" " + operator + " ", parts) + ")");
  }

  private Optional<String> comparison(String operator, Expression[] children) {
    Optional<Column> left = columns.find(children[0]);
    Optional<Column> right = columns.find(children[1]);
    if (left.isPresent() && children[1] instanceof Literal<?> literal) {
      return comparison(operator, left.get(), literal);
    }
    if (right.isPresent() && children[0] instanceof Literal<?> literal) {
      return comparison(flipped(operator), right.get(), literal);
    }
    if (left.isPresent()
        && right.isPresent()
        && left.get().duckdbType().equals(right.get().duckdbType())) {
      return joined(operator, left.get().operand(), right.get().operand());
    }
    Optional<Term> first = terms.certain(children[0]);
    Optional<Term> second = terms.certain(children[1]);
    return first.map(Term::type).equals(second.map(Term::type))
        ? joined(operator, first.map(Term::sql), second.map(Term::sql))
        : Optional.empty();
  }

  private static Optional<String> comparison(String operator, Column column, Literal<?> literal) {
    return joined(operator, column.operand(), column.literal(literal));
  }

  private static Optional<String> joined(
      String operator, Optional<String> left, Optional<String> right) {
    return left.flatMap(
        first -> right.map(second -> "(" + first + " " + operator + " " + second + ")"));
  }

  private static String flipped(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  /** Not with a part named by one letter, which Spark fails to write into its plans. */
  private Optional<String> textFunction(String function, Expression[] children) {
    if (children[1] instanceof NamedReference name && name.describe().length() < 2) {
      return Optional.empty();
    }
    return text(children[0])
        .flatMap(text -> text(children[1]).map(part -> function + "(" + text + ", " + part + ")"));
  }

  private Optional<String> text(Expression expression) {
    return terms
        .certain(expression)
        .filter(term -> term.type().equals(DataTypes.StringType))
        .map(Term::sql);
  }

  private Optional<String> nullTest(Expression child, String test) {
    Optional<Column> column = columns.find(child);
    Optional<String> tested =
        column.isPresent()
            ? column.filter(found -> ColumnForm.hasPlainNull(found.duckdbType())).map(Column::sql)
            : terms.certain(child).map(Term::sql);
    return tested.map(sql -> "(" + sql + " " + test + ")");
  }

  private Optional<String> in(Expression[] children) {
    if (children.length < 2) {
      return Optional.empty();
    }
    Optional<Column> column = columns.find(children[0]);
    boolean literals = Arrays.stream(children).skip(1).allMatch(Literal.class::isInstance);
    if (column.isPresent() && literals) {
      return column
          .get()
          .operand()
          .flatMap(sql -> in(sql, children, child -> column.get().literal((Literal<?>) child)));
    }
    return terms
        .certain(children[0])
        .flatMap(
            term ->
                in(
                    term.sql(),
                    children,
                    child ->
                        terms
                            .certain(child)
                            .filter(value -> value.type().equals(term.type()))
                            .map(Term::sql)));
  }

  private static Optional<String> in(
      String operand, Expression[] children, Function<Expression, Optional<String>> element) {
    List<String> values = new ArrayList<>();
    for (int i = 1; i < children.length; i++) {
      Optional<String> value = element.apply(children[i]);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of("(" + operand + " IN (" + String.join(", ", values) + "))");
  }
}

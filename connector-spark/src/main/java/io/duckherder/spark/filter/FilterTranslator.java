package io.duckherder.spark.filter;

import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;

/**
 * Translates Spark's predicates into DuckDB conditions. What has no exact counterpart, because of a
 * type, a literal or the shape of an expression, is not translated, and Spark evaluates it.
 */
public final class FilterTranslator {
  private final Map<String, FilterColumn> columns = new HashMap<>();

  /**
   * A translator over a relation.
   *
   * @param types the DuckDB type of each column by its name
   */
  public FilterTranslator(Map<String, String> types) {
    types.forEach((name, type) -> columns.put(name, new FilterColumn(name, type)));
  }

  /** The condition that is true, false and null for the same rows as a predicate. */
  public Optional<String> translate(Predicate predicate) {
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
      default -> Optional.empty();
    };
  }

  private Optional<String> condition(Expression expression) {
    if (expression instanceof Predicate predicate) {
      return translate(predicate);
    }
    return column(expression)
        .filter(column -> column.form() == ColumnForm.BOOLEAN)
        .map(column -> SqlText.identifier(column.name()));
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
    Expression left = children[0];
    Expression right = children[1];
    Optional<FilterColumn> column = column(left);
    if (column.isEmpty()) {
      return left instanceof Literal<?>
          ? column(right).flatMap(other -> comparison(flipped(operator), other, left))
          : Optional.empty();
    }
    return comparison(operator, column.get(), right);
  }

  private Optional<String> comparison(String operator, FilterColumn column, Expression right) {
    return column
        .operand()
        .flatMap(
            operand ->
                other(column, right)
                    .map(value -> "(" + operand + " " + operator + " " + value + ")"));
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

  /** What a column is compared with: a literal, or another column of the same type. */
  private Optional<String> other(FilterColumn column, Expression right) {
    if (right instanceof Literal<?> literal) {
      return column.literal(literal);
    }
    return column(right)
        .filter(other -> other.type().equals(column.type()))
        .flatMap(FilterColumn::operand);
  }

  private Optional<String> textFunction(String function, Expression[] children) {
    Optional<FilterColumn> column =
        column(children[0]).filter(found -> found.form() == ColumnForm.TEXT);
    if (column.isEmpty()
        || !(children[1] instanceof Literal<?> literal)
        || literal.value() == null) {
      return Optional.empty();
    }
    return column
        .get()
        .operand()
        .flatMap(
            operand ->
                column
                    .get()
                    .literal(literal)
                    .map(value -> function + "(" + operand + ", " + value + ")"));
  }

  private Optional<String> nullTest(Expression child, String test) {
    return column(child)
        .filter(column -> ColumnForm.hasPlainNull(column.type()))
        .map(column -> "(" + SqlText.identifier(column.name()) + " " + test + ")");
  }

  private Optional<String> in(Expression[] children) {
    Optional<FilterColumn> column = column(children[0]);
    if (column.isEmpty() || children.length < 2) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i < children.length; i++) {
      Optional<String> value =
          children[i] instanceof Literal<?> literal
              ? column.get().literal(literal)
              : Optional.empty();
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return column
        .get()
        .operand()
        .map(operand -> "(" + operand + " IN (" + String.join(", ", values) + "))");
  }

  /** The top-level column of the relation that an expression names. */
  private Optional<FilterColumn> column(Expression expression) {
    if (!(expression instanceof NamedReference reference) || reference.fieldNames().length != 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(columns.get(reference.fieldNames()[0]));
  }
}

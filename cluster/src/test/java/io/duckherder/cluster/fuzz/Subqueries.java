package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.fuzz.Scope.Column;
import io.duckherder.cluster.fuzz.Sources.Source;
import java.util.List;

/** Random subqueries in expressions: IN, NOT IN, EXISTS, ANY, scalar, correlated and not. */
final class Subqueries {
  private final Choices choices;
  private final List<FuzzTable> tables;
  private final Expressions expressions;
  private final Sources sources;

  Subqueries(Choices choices, List<FuzzTable> tables, Expressions expressions, Sources sources) {
    this.choices = choices;
    this.tables = tables;
    this.expressions = expressions;
    this.sources = sources;
  }

  String condition(Scope outer) {
    Source inner = sources.table();
    String value = expressions.integer(outer, 0);
    String item = expressions.integer(inner.scope(), 0);
    String where = expressions.condition(inner.scope(), 1);
    String from = " FROM " + inner.sql() + " WHERE " + where;
    String correlated = from + " AND " + column(inner, ".fk") + " = " + value;
    return switch (choices.below(8)) {
      case 0 -> "(%s IN (SELECT %s%s))".formatted(value, item, from);
      case 1 -> "(%s NOT IN (SELECT %s%s))".formatted(value, item, from);
      case 2 -> "(EXISTS (SELECT 1%s))".formatted(correlated);
      case 3 -> "(NOT EXISTS (SELECT 1%s))".formatted(correlated);
      case 4 -> "(%s > (SELECT avg(%s)%s))".formatted(value, column(inner, ".k"), from);
      case 5 -> "(%s = (SELECT max(%s)%s))".formatted(value, column(inner, ".k"), correlated);
      case 6 ->
          "((%s IN (SELECT %s%s)) IS %s)"
              .formatted(value, item, from, choices.of("NULL", "TRUE", "NOT FALSE"));
      default ->
          "(%s %s (SELECT %s%s))"
              .formatted(value, choices.of("< ANY", ">= ALL", "= ANY"), column(inner, ".k"), from);
    };
  }

  Column scalar(Scope outer) {
    Source inner = sources.table();
    String from = " FROM " + inner.sql();
    String where = " WHERE " + column(inner, ".fk") + " = " + expressions.integer(outer, 0);
    return switch (choices.below(4)) {
      case 0 -> new Column("(SELECT count(*)" + from + where + ")", Kind.INTEGER, false, false);
      case 1 ->
          new Column(
              "(SELECT max(" + column(inner, ".k") + ")" + from + where + ")",
              Kind.INTEGER,
              false,
              false);
      case 2 ->
          new Column(
              "(SELECT sum(" + column(inner, ".k") + ")" + from + ")", Kind.INTEGER, true, false);
      default -> new Column("(EXISTS (SELECT 1" + from + where + "))", Kind.BOOLEAN, false, false);
    };
  }

  private static String column(Source table, String name) {
    return table.scope().key().get(0).replace(".id", name);
  }
}

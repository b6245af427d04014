package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.fuzz.Scope.Column;
import java.util.List;

/** Random aggregate and window calls whose value does not depend on the order of rows. */
final class Aggregates {
  private final Choices choices;
  private final Expressions expressions;

  Aggregates(Choices choices, Expressions expressions) {
    this.choices = choices;
    this.expressions = expressions;
  }

  /**
   * An aggregate call.
   *
   * @param inexact whether it may be one whose last digits vary
   */
  Column call(Scope scope, boolean inexact) {
    Column call = plain(scope, inexact);
    if (choices.percent(15)) {
      return new Column(
          call.sql() + " FILTER (WHERE " + expressions.condition(scope, 1) + ")",
          call.kind(),
          call.edges(),
          call.inexact());
    }
    return call;
  }

  private Column plain(Scope scope, boolean inexact) {
    String order =
        scope.key().isEmpty() ? "" : String.join(", ", scope.key()) + choices.of("", " DESC");
    return switch (choices.below(inexact ? 16 : 13)) {
      case 0 -> exact("count(*)", Kind.INTEGER);
      case 1 ->
          exact("count(" + choices.of("", "DISTINCT ") + anyOf(scope).sql() + ")", Kind.INTEGER);
      case 2, 3 -> sum(scope);
      case 4, 5 -> {
        Column column = anyOf(scope);
        yield new Column(
            choices.of("min", "max") + "(" + column.sql() + ")", column.kind(), true, false);
      }
      case 6 ->
          order.isEmpty()
              ? exact("count_if(" + expressions.condition(scope, 1) + ")", Kind.INTEGER)
              : ordered(scope, order);
      case 7 ->
          exact(
              choices.of("bool_and", "bool_or") + "(" + expressions.condition(scope, 1) + ")",
              Kind.BOOLEAN);
      case 8 -> {
        Column column = anyOf(scope);
        yield choices.percent(50)
            ? exact("list(DISTINCT %1$s ORDER BY %1$s)".formatted(column.sql()), Kind.OTHER)
            : exact("%s(%s, 3)".formatted(choices.of("max", "min"), column.sql()), Kind.OTHER);
      }
      case 9 -> {
        String text = expressions.text(scope, 0);
        yield new Column(
            "string_agg(%s%s, ',' ORDER BY %s)".formatted(choices.of("", "DISTINCT "), text, text),
            Kind.TEXT,
            true,
            false);
      }
      case 10 -> {
        String value = expressions.integer(scope, 0);
        yield exact(
            choices
                .of(
                    "median(%s)",
                    "quantile_cont(%s, 0.25)",
                    "quantile_disc(%s, 0.9)",
                    "quantile_cont(%s, [0.1, 0.5])",
                    "mad(%s)")
                .formatted(value),
            Kind.OTHER);
      }
      case 11 -> {
        Column column = anyOf(scope);
        yield exact(
            choices
                .of("histogram(%s)", "approx_count_distinct(%s)", "count(DISTINCT %s)")
                .formatted(column.sql()),
            Kind.OTHER);
      }
      case 12 ->
          exact(
              choices
                  .of("bit_and(%s)", "bit_or(%s)", "bit_xor(%s)", "sum(DISTINCT %s)")
                  .formatted(expressions.integer(scope, 0)),
              Kind.OTHER);
      case 13 -> new Column("avg(" + number(scope) + ")", Kind.FLOAT, true, true);
      case 14 ->
          new Column(
              choices.of("var_pop", "stddev_samp", "stddev", "var_samp", "favg", "fsum", "entropy")
                  + "("
                  + number(scope)
                  + ")",
              Kind.FLOAT,
              true,
              true);
      default ->
          new Column(
              choices.of("covar_pop", "regr_avgx", "regr_count", "regr_sxx")
                  + "("
                  + number(scope)
                  + ", "
                  + number(scope)
                  + ")",
              Kind.FLOAT,
              true,
              true);
    };
  }

  private Column ordered(Scope scope, String order) {
    Column column = anyOf(scope);
    String sql =
        switch (choices.below(6)) {
          case 0 -> "list(%s ORDER BY %s)";
          case 1 -> "first(%s ORDER BY %s)";
          case 2 -> "last(%s ORDER BY %s)";
          case 3 -> "any_value(%s ORDER BY %s)";
          case 4 -> "array_agg(%s ORDER BY %s)";
          default -> "arg_max(%s, (%s))";
        };
    boolean argument = sql.startsWith("arg_max");
    if (argument && scope.key().size() != 1) {
      sql = "list(%s ORDER BY %s)";
      argument = false;
    }
    boolean list = sql.startsWith("list") || sql.startsWith("array_agg");
    return new Column(
        sql.formatted(column.sql(), argument ? scope.key().get(0) : order),
        list ? Kind.OTHER : column.kind(),
        true,
        false);
  }

  private Column sum(Scope scope) {
    List<Column> floating = scope.of(Kind.FLOAT);
    if (!floating.isEmpty() && choices.percent(25)) {
      return new Column("sum(" + choices.one(floating).sql() + ")", Kind.FLOAT, true, false);
    }
    return choices.percent(50)
        ? new Column("sum(" + expressions.integer(scope, 1) + ")", Kind.INTEGER, true, false)
        : new Column(
            "sum(" + expressions.of(Kind.DECIMAL, scope, 0) + ")", Kind.DECIMAL, true, false);
  }

  /** A window call. */
  Column window(Scope scope) {
    String partition = choices.percent(70) ? "PARTITION BY " + anyOf(scope).sql() + " " : "";
    boolean total = !scope.key().isEmpty();
    String key = String.join(", ", scope.key());
    String lead = anyOf(scope).sql() + choices.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST");
    if (total && choices.percent(65)) {
      String order =
          "ORDER BY " + (choices.percent(50) ? lead + ", " : "") + key + choices.of("", " DESC");
      String frame =
          choices.of(
              "",
              "",
              " ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
              " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
              " ROWS BETWEEN 3 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW",
              " GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING");
      String over = " OVER (" + partition + order + frame + ")";
      Column column = anyOf(scope);
      return switch (choices.below(8)) {
        case 0 -> exact("row_number()" + over, Kind.INTEGER);
        case 1 ->
            new Column(
                "lag(%s, %d)%s".formatted(column.sql(), choices.between(0, 3), over),
                column.kind(),
                true,
                false);
        case 2 -> new Column("lead(" + column.sql() + ")" + over, column.kind(), true, false);
        case 3 ->
            new Column(
                choices.of("first_value", "last_value") + "(" + column.sql() + ")" + over,
                column.kind(),
                true,
                false);
        case 4 ->
            new Column("nth_value(" + column.sql() + ", 2)" + over, column.kind(), true, false);
        case 5 -> exact("ntile(4) OVER (" + partition + order + ")", Kind.INTEGER);
        case 6 ->
            new Column(
                choices.of("min", "max") + "(" + column.sql() + ")" + over,
                column.kind(),
                true,
                false);
        default ->
            new Column(
                "sum(" + expressions.integer(scope, 0) + ")" + over, Kind.INTEGER, true, false);
      };
    }
    String over = " OVER (" + partition + (choices.percent(60) ? "ORDER BY " + lead : "") + ")";
    return switch (choices.below(6)) {
      case 0 -> exact("count(*)" + over, Kind.INTEGER);
      case 1 -> exact(choices.of("rank()", "dense_rank()") + over, Kind.INTEGER);
      case 2 ->
          new Column(
              "sum(" + expressions.integer(scope, 0) + ")" + over, Kind.INTEGER, true, false);
      case 3 -> exact(choices.of("cume_dist()", "percent_rank()") + over, Kind.OTHER);
      case 4 -> exact("count(" + anyOf(scope).sql() + ")" + over, Kind.INTEGER);
      default -> {
        Column column = anyOf(scope);
        yield new Column(
            choices.of("min", "max") + "(" + column.sql() + ")" + over, column.kind(), true, false);
      }
    };
  }

  private String number(Scope scope) {
    List<Column> floating = scope.of(Kind.FLOAT);
    return !floating.isEmpty() && choices.percent(40)
        ? choices.one(floating).sql()
        : "(" + expressions.integer(scope, 0) + ") % 1000";
  }

  private Column anyOf(Scope scope) {
    List<Column> exact = scope.exact();
    return exact.isEmpty() ? exact("1", Kind.INTEGER) : choices.one(exact);
  }

  private static Column exact(String sql, Kind kind) {
    return new Column(sql, kind, false, false);
  }
}

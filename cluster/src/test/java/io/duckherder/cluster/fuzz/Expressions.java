package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.fuzz.Scope.Column;
import java.util.List;

/** Random scalar expressions of a kind. */
final class Expressions {
  private final Choices choices;

  Expressions(Choices choices) {
    this.choices = choices;
  }

  /** An expression with its kind, to be shown or grouped by. */
  Column any(Scope scope, int depth) {
    List<Column> exact = scope.exact();
    if (!exact.isEmpty() && choices.percent(55)) {
      return choices.one(exact);
    }
    Kind kind =
        choices.of(
            Kind.BOOLEAN,
            Kind.INTEGER,
            Kind.INTEGER,
            Kind.DECIMAL,
            Kind.TEXT,
            Kind.TEXT,
            Kind.DATE,
            Kind.TIMESTAMP,
            Kind.ZONED);
    return new Column(of(kind, scope, depth), kind, false, false);
  }

  String of(Kind kind, Scope scope, int depth) {
    return switch (kind) {
      case BOOLEAN -> condition(scope, depth);
      case INTEGER -> integer(scope, depth);
      case DECIMAL -> decimal(scope, depth);
      case FLOAT -> column(Kind.FLOAT, scope, choices.of("0.5::DOUBLE", "-12.25::DOUBLE"));
      case TEXT -> text(scope, depth);
      case DATE -> date(scope, depth);
      case TIMESTAMP -> timestamp(scope, depth);
      case ZONED -> zoned(scope, depth);
      case TIME -> column(Kind.TIME, scope, "TIME '12:34:56'");
      case OTHER -> "NULL";
    };
  }

  private String column(Kind kind, Scope scope, String otherwise) {
    List<Column> columns = scope.of(kind);
    return columns.isEmpty() || choices.percent(8) ? otherwise : choices.one(columns).sql();
  }

  /** A condition; the deeper, the more it nests. */
  String condition(Scope scope, int depth) {
    if (depth <= 0 || choices.percent(60)) {
      return simple(scope, depth);
    }
    return switch (choices.below(7)) {
      case 0, 1 -> "(" + condition(scope, depth - 1) + " AND " + condition(scope, depth - 1) + ")";
      case 2 -> "(" + condition(scope, depth - 1) + " OR " + condition(scope, depth - 1) + ")";
      case 3 -> "(NOT " + condition(scope, depth - 1) + ")";
      case 4 -> "(" + condition(scope, depth - 1) + " IS NOT TRUE)";
      case 5 ->
          "coalesce(" + condition(scope, depth - 1) + ", " + choices.of("true", "false") + ")";
      default ->
          "(CASE WHEN %s THEN %s ELSE %s END)"
              .formatted(
                  condition(scope, depth - 1), condition(scope, depth - 1), simple(scope, 0));
    };
  }

  private String simple(Scope scope, int depth) {
    Column column = scope.exact().isEmpty() ? null : choices.one(scope.exact());
    if (column != null && choices.percent(25)) {
      return "(" + column.sql() + choices.of(" IS NULL)", " IS NOT NULL)");
    }
    String comparison = choices.of("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM");
    return switch (choices.below(9)) {
      case 0, 1 ->
          "(%s %s %s)".formatted(integer(scope, depth - 1), comparison, integer(scope, depth - 1));
      case 2 ->
          "(%s %% %d = %d)".formatted(integer(scope, 0), choices.between(2, 9), choices.below(3));
      case 3 ->
          "(%s BETWEEN %d AND %d)"
              .formatted(integer(scope, 0), choices.between(-20, 300), choices.between(0, 5000));
      case 4 ->
          "(%s IN (%d, %d, %s))"
              .formatted(
                  integer(scope, 0),
                  choices.below(10),
                  choices.below(1000),
                  choices.of("7", "NULL", "-3"));
      case 5 -> "(%s %s %s)".formatted(text(scope, depth - 1), comparison, text(scope, 0));
      case 6 ->
          choices
              .of(
                  "(%s LIKE 'k%%')",
                  "(%s ILIKE '%%A%%')",
                  "starts_with(%s, 'long')",
                  "contains(%s, '1')",
                  "regexp_matches(%s, '^k[0-9]+$')",
                  "(%s NOT LIKE '%%1_')")
              .formatted(text(scope, 0));
      case 7 -> "(%s %s %s)".formatted(date(scope, 0), comparison, date(scope, 0));
      default ->
          column == null || column.kind() == Kind.OTHER
              ? "(%s %s %s)".formatted(decimal(scope, 0), comparison, decimal(scope, 0))
              : "(%s %s %s)"
                  .formatted(column.sql(), comparison, choices.one(sameKind(scope, column)).sql());
    };
  }

  private static List<Column> sameKind(Scope scope, Column column) {
    return scope.exact().stream().filter(c -> c.kind() == column.kind()).toList();
  }

  String integer(Scope scope, int depth) {
    if (depth <= 0 || choices.percent(45)) {
      return column(Kind.INTEGER, scope, String.valueOf(choices.between(-5, 3000)));
    }
    String inner = integer(scope, depth - 1);
    return switch (choices.below(12)) {
      case 0 -> "(%s::HUGEINT + %d)".formatted(inner, choices.below(100));
      case 1 -> "(%s %% %d)".formatted(inner, choices.between(2, 50));
      case 2 -> "(%s::HUGEINT - %s)".formatted(inner, integer(scope, depth - 1));
      case 3 -> "(%s // %d)".formatted(inner, choices.between(0, 5));
      case 4 -> "length(%s)".formatted(text(scope, depth - 1));
      case 5 ->
          "date_part('%s', %s)"
              .formatted(choices.of("year", "month", "dow", "doy", "day"), date(scope, 0));
      case 6 -> "datediff('day', %s, DATE '2001-02-03')".formatted(date(scope, 0));
      case 7 -> "coalesce(%s, %d)".formatted(inner, choices.below(50));
      case 8 -> "nullif(%s, %d)".formatted(inner, choices.below(20));
      case 9 ->
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(condition(scope, depth - 1), inner, integer(scope, 0));
      case 10 -> "date_part('hour', %s)".formatted(zoned(scope, 0));
      default -> "TRY_CAST(%s AS INTEGER)".formatted(text(scope, 0));
    };
  }

  private String decimal(Scope scope, int depth) {
    String column = column(Kind.DECIMAL, scope, choices.of("1.5", "-0.25", "100.0"));
    return depth <= 0
        ? column
        : choices.of(
            column,
            "(" + column + "::DECIMAL(38,6) + 1.25)",
            "round(" + column + ", 1)",
            "(" + integer(scope, 0) + ")::DECIMAL(30,2)",
            "abs(" + column + ")");
  }

  String text(Scope scope, int depth) {
    String column = column(Kind.TEXT, scope, choices.of("'a'", "''", "'k12'", "'Ä_x'"));
    if (depth <= 0 || choices.percent(40)) {
      return column;
    }
    return switch (choices.below(12)) {
      case 0 -> "upper(" + column + ")";
      case 1 -> "lower(" + column + ")";
      case 2 -> "(" + column + " || " + text(scope, depth - 1) + ")";
      case 3 -> "substr(%s, %d, %d)".formatted(column, choices.between(-3, 3), choices.below(5));
      case 4 -> "trim(" + column + ")";
      case 5 -> "replace(%s, '1', 'ö')".formatted(column);
      case 6 -> "(" + integer(scope, depth - 1) + ")::VARCHAR";
      case 7 -> "concat(%s, '-', %s)".formatted(column, integer(scope, 0));
      case 8 -> "coalesce(" + column + ", 'none')";
      case 9 -> "strftime(%s, '%%Y-%%m')".formatted(date(scope, 0));
      case 10 -> "(" + zoned(scope, 0) + ")::VARCHAR";
      default -> "CASE WHEN %s THEN %s ELSE 'e' END".formatted(condition(scope, depth - 1), column);
    };
  }

  private String date(Scope scope, int depth) {
    String column = column(Kind.DATE, scope, "DATE '2003-07-09'");
    return depth <= 0
        ? column
        : choices.of(
            column,
            "(" + column + " + 30)",
            "last_day(" + column + ")",
            "date_trunc('month', " + column + ")::DATE",
            "(" + timestamp(scope, 0) + ")::DATE",
            "(" + zoned(scope, 0) + ")::DATE");
  }

  private String timestamp(Scope scope, int depth) {
    String column = column(Kind.TIMESTAMP, scope, "TIMESTAMP '2021-05-06 07:08:09'");
    return depth <= 0
        ? column
        : choices.of(
            column,
            "date_trunc('hour', " + column + ")",
            "(" + column + " + INTERVAL 40 DAY)",
            "(" + date(scope, 0) + ")::TIMESTAMP",
            "(" + zoned(scope, 0) + ")::TIMESTAMP");
  }

  private String zoned(Scope scope, int depth) {
    String column = column(Kind.ZONED, scope, "TIMESTAMPTZ '2022-03-27 00:59:59+00'");
    return depth <= 0
        ? column
        : choices.of(
            column,
            "date_trunc('day', " + column + ")",
            "(" + column + " + INTERVAL 1 MONTH)",
            "(" + timestamp(scope, 0) + ")::TIMESTAMPTZ");
  }
}

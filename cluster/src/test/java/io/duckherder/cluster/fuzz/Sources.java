package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.fuzz.Scope.Column;
import java.util.ArrayList;
import java.util.List;

/** Random FROM clauses: tables, joins of every type, subqueries, VALUES, UNNEST. */
final class Sources {
  /** Rows that a join may come to. */
  private static final long MOST_ROWS = 60_000;

  private final Choices choices;
  private final List<FuzzTable> tables;
  private final Expressions expressions;
  private final Queries queries;
  private int aliases;

  /** A FROM clause and what it brings. */
  record Source(String sql, Scope scope) {}

  Sources(Choices choices, List<FuzzTable> tables, Expressions expressions, Queries queries) {
    this.choices = choices;
    this.tables = tables;
    this.expressions = expressions;
    this.queries = queries;
  }

  String alias(String prefix) {
    return prefix + aliases++;
  }

  Source random(int depth, List<Source> common) {
    int dice = choices.below(100);
    if (depth <= 0 || dice < 40) {
      return !common.isEmpty() && choices.percent(60) ? common(common) : table();
    }
    if (dice < 72) {
      return join(random(depth - 1, common), depth, common);
    }
    if (dice < 84) {
      return derived(depth, common);
    }
    if (dice < 96) {
      return lateral(random(depth - 1, common));
    }
    return values();
  }

  private Source common(List<Source> common) {
    Source one = choices.one(common);
    String alias = alias("w");
    return new Source(one.sql() + " AS " + alias, renamed(one.scope(), alias));
  }

  private static Scope renamed(Scope scope, String alias) {
    return new Scope(
        scope.columns().stream().map(c -> c.as(alias + "." + c.sql())).toList(),
        scope.key().stream().map(k -> alias + "." + k).toList(),
        scope.rows());
  }

  Source table() {
    FuzzTable table = choices.percent(75) ? tables.get(choices.below(3)) : choices.one(tables);
    return table(table, choices.of("", "", "main.", "db.main.") + table.name(), table.rows());
  }

  private Source table(FuzzTable table, String text, long rows) {
    String alias = alias("a");
    List<Column> columns = new ArrayList<>();
    for (FuzzTable.Column column : table.columns()) {
      columns.add(
          new Column(alias + "." + column.name(), column.type().kind(), column.edges(), false));
    }
    return new Source(
        text + " AS " + alias, new Scope(columns, List.of(alias + ".id"), Math.max(1, rows)));
  }

  /** A few rows of a table. */
  private Source few() {
    FuzzTable table = choices.one(tables);
    int rows = choices.of(3, 40, 200);
    return table(table, "(SELECT * FROM %s WHERE id < %d)".formatted(table.name(), rows), rows);
  }

  private Source derived(int depth, List<Source> common) {
    Queries.Shaped inner = queries.shaped(depth - 1, common);
    String alias = alias("s");
    return new Source("(" + inner.sql() + ") AS " + alias, renamed(inner.scope(), alias));
  }

  private Source values() {
    String alias = alias("v");
    if (choices.percent(50)) {
      return new Source(
          "(VALUES (1, 'a', DATE '2001-01-01'), (2, NULL, NULL), (NULL, 'K1', DATE '1999-12-31')) AS %s(x, y, z)"
              .formatted(alias),
          new Scope(
              List.of(
                  new Column(alias + ".x", Kind.INTEGER, false, false),
                  new Column(alias + ".y", Kind.TEXT, false, false),
                  new Column(alias + ".z", Kind.DATE, false, false)),
              List.of(),
              3));
    }
    return new Source(
        "range(%d) AS %s(x)".formatted(choices.of(0, 3, 50), alias),
        new Scope(
            List.of(new Column(alias + ".x", Kind.INTEGER, false, false)),
            List.of(alias + ".x"),
            50));
  }

  private Source lateral(Source left) {
    String alias = alias("l");
    String number = expressions.integer(left.scope(), 0);
    if (left.scope().rows() > 20_000) {
      return left;
    }
    String sql =
        switch (choices.below(3)) {
          case 0 ->
              "%s CROSS JOIN LATERAL (SELECT %s + 1 AS x) AS %s"
                  .formatted(left.sql(), number, alias);
          case 1 ->
              "%s CROSS JOIN UNNEST([%s, 7, NULL]) AS %s(x)".formatted(left.sql(), number, alias);
          default ->
              "%s LEFT JOIN LATERAL (SELECT max(b.k) AS x FROM %s AS b WHERE b.fk = %s) AS %s ON true"
                  .formatted(left.sql(), choices.one(tables).name(), number, alias);
        };
    List<Column> columns = new ArrayList<>(left.scope().columns());
    columns.add(new Column(alias + ".x", Kind.INTEGER, false, false));
    boolean multiplied = sql.contains("UNNEST");
    return new Source(
        sql,
        new Scope(
            columns,
            multiplied ? List.of() : left.scope().key(),
            left.scope().rows() * (multiplied ? 3 : 1)));
  }

  private Source join(Source left, int depth, List<Source> common) {
    if (choices.percent(8)) {
      return asof(left);
    }
    if (choices.percent(4)) {
      Source first = table();
      Source second = table();
      return new Source(
          first.sql() + " POSITIONAL JOIN " + second.sql(),
          new Scope(
              first.scope().and(second.scope(), 0).columns(),
              List.of(),
              Math.max(first.scope().rows(), second.scope().rows())));
    }
    if (choices.percent(10)) {
      Source right = few();
      if (left.scope().rows() * right.scope().rows() <= MOST_ROWS) {
        return new Source(
            left.sql() + " CROSS JOIN " + right.sql(),
            left.scope().and(right.scope(), left.scope().rows() * right.scope().rows()));
      }
    }
    if (choices.percent(15)) {
      Source right = few();
      if (left.scope().rows() * right.scope().rows() <= 600_000) {
        String range =
            "(%s BETWEEN %s AND %s)"
                .formatted(
                    expressions.integer(left.scope(), 0),
                    expressions.integer(right.scope(), 0),
                    expressions.integer(right.scope(), 0) + " + 2");
        return joined(left, right, range, left.scope().rows() * 10);
      }
    }
    Source right = choices.percent(70) ? table() : random(depth - 1, common);
    return equi(left, right);
  }

  private Source asof(Source left) {
    FuzzTable table = choices.one(tables);
    Source right = table(table, table.name(), table.rows());
    String id = right.scope().key().get(0);
    String equal =
        choices.percent(50)
            ? "%s = %s AND "
                .formatted(expressions.integer(left.scope(), 0), id.replace(".id", ".k"))
            : "";
    return new Source(
        "%s ASOF %s %s ON %s%s %s %s"
            .formatted(
                left.sql(),
                choices.of("JOIN", "LEFT JOIN"),
                right.sql(),
                equal,
                expressions.integer(left.scope(), 0),
                choices.of(">=", ">", "<", "<="),
                id),
        new Scope(
            left.scope().and(right.scope(), 0).columns(), left.scope().key(), left.scope().rows()));
  }

  private Source equi(Source left, Source right) {
    long pairs = left.scope().rows() * right.scope().rows();
    List<Column> leftIntegers = left.scope().of(Kind.INTEGER);
    List<Column> rightIntegers = right.scope().of(Kind.INTEGER);
    if (pairs <= MOST_ROWS && choices.percent(70)) {
      Column one = choices.one(left.scope().exact());
      List<Column> like =
          right.scope().exact().stream()
              .filter(c -> c.kind() == one.kind() && c.kind() != Kind.OTHER)
              .toList();
      if (!like.isEmpty()) {
        return joined(
            left, right, "(" + one.sql() + " = " + choices.one(like).sql() + ")", pairs / 2);
      }
    }
    if (left.scope().key().size() == 1 && !rightIntegers.isEmpty() && choices.percent(40)) {
      return joined(
          left,
          right,
          "(%s = %s)".formatted(left.scope().key().get(0), choices.one(rightIntegers).sql()),
          right.scope().rows());
    }
    if (right.scope().key().size() == 1 && !leftIntegers.isEmpty()) {
      return joined(
          left,
          right,
          "(%s %s %s)"
              .formatted(
                  choices.one(leftIntegers).sql(),
                  choices.of("=", "=", "=", "IS NOT DISTINCT FROM"),
                  right.scope().key().get(0)),
          left.scope().rows());
    }
    return left;
  }

  private Source joined(Source left, Source right, String condition, long rows) {
    String type =
        choices.of(
            "JOIN",
            "JOIN",
            "LEFT JOIN",
            "LEFT JOIN",
            "RIGHT JOIN",
            "FULL JOIN",
            "SEMI JOIN",
            "ANTI JOIN");
    Scope both = left.scope().and(right.scope(), rows);
    String all =
        choices.percent(25) ? condition + " AND " + expressions.condition(both, 0) : condition;
    boolean half = type.startsWith("SEMI") || type.startsWith("ANTI");
    long most = rows + left.scope().rows() + right.scope().rows();
    return new Source(
        "%s %s %s ON %s".formatted(left.sql(), type, right.sql(), all),
        half ? left.scope() : both.withRows(most));
  }
}

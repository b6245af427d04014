package io.duckherder.cluster.fuzz;

import io.duckherder.cluster.fuzz.Scope.Column;
import io.duckherder.cluster.fuzz.Sources.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random queries with one answer: where a clause would leave DuckDB a choice of rows, an order is
 * added that leaves none.
 */
final class Queries {
  private final Choices choices;
  private final List<FuzzTable> tables;
  private final Expressions expressions;
  private final Aggregates aggregates;
  private final Sources sources;
  private final Subqueries subqueries;

  /**
   * A query as a part of another.
   *
   * @param scope its columns under their bare names
   */
  record Shaped(String sql, Scope scope) {}

  Queries(Choices choices, List<FuzzTable> tables) {
    this.choices = choices;
    this.tables = tables;
    this.expressions = new Expressions(choices);
    this.aggregates = new Aggregates(choices, expressions);
    this.sources = new Sources(choices, tables, expressions, this);
    this.subqueries = new Subqueries(choices, tables, expressions, sources);
  }

  /** A whole query. */
  FuzzQuery top() {
    int dice = choices.below(100);
    if (dice < 8) {
      return new Templates(choices, tables).random();
    }
    if (dice < 25) {
      return withCommon();
    }
    return ended(select(2, true, List.of()));
  }

  /** A query to stand in parentheses. */
  Shaped shaped(int depth, List<Source> common) {
    Shaped inner = select(depth, false, common);
    return choices.percent(15) ? limited(inner) : inner;
  }

  private FuzzQuery withCommon() {
    List<Source> common = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    int count = choices.between(1, 3);
    for (int i = 0; i < count; i++) {
      String name = sources.alias("cte");
      Shaped inner = shaped(1, List.copyOf(common));
      texts.add(
          name
              + " AS "
              + choices.of("", "MATERIALIZED ", "NOT MATERIALIZED ")
              + "("
              + inner.sql()
              + ")");
      common.add(new Source(name, inner.scope()));
    }
    FuzzQuery body = ended(select(2, true, common));
    return new FuzzQuery("WITH " + String.join(", ", texts) + " " + body.sql(), body.ordered());
  }

  /** With ORDER BY, LIMIT, OFFSET or none. */
  private FuzzQuery ended(Shaped query) {
    int columns = query.scope().columns().size();
    boolean exact = query.scope().exact().size() == columns;
    if (!exact || query.sql().contains("DISTINCT ON") || choices.percent(40)) {
      return new FuzzQuery(query.sql(), 0);
    }
    if (choices.percent(50)) {
      return new FuzzQuery(limited(query).sql(), columns);
    }
    int ordered = choices.between(1, columns);
    return new FuzzQuery(query.sql() + " ORDER BY " + ordinals(ordered), ordered);
  }

  private Shaped limited(Shaped query) {
    if (query.scope().exact().size() != query.scope().columns().size()
        || query.sql().contains("DISTINCT ON")) {
      return query;
    }
    String order =
        choices.percent(20)
            ? "ALL" + choices.of("", " DESC", " NULLS FIRST")
            : ordinals(query.scope().columns().size());
    String offset = choices.percent(40) ? " OFFSET " + choices.of(0, 3, 2500) : "";
    return new Shaped(
        "%s ORDER BY %s LIMIT %d%s"
            .formatted(query.sql(), order, choices.of(1, 1, 10, 10, 500, 500, 3000, 0), offset),
        query.scope());
  }

  private String ordinals(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> i + choices.of("", "", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST"))
        .collect(Collectors.joining(", "));
  }

  private Shaped select(int depth, boolean inexact, List<Source> common) {
    int dice = choices.below(100);
    if (depth > 0 && dice < 10) {
      return union(depth);
    }
    Source source = sources.random(depth, common);
    String where = "";
    if (choices.percent(55)) {
      where = " WHERE " + expressions.condition(source.scope(), depth);
      if (choices.percent(30)) {
        where += " AND " + subqueries.condition(source.scope());
      }
    }
    String from = " FROM " + source.sql() + where;
    if (dice < 45) {
      return grouped(source, from, inexact);
    }
    if (dice < 60) {
      return windows(source, from);
    }
    if (dice < 66 && !source.scope().key().isEmpty()) {
      return distinctOn(source, from);
    }
    return plain(source, from);
  }

  private Shaped plain(Source source, String from) {
    List<Column> items = new ArrayList<>();
    int count = choices.between(1, 6);
    boolean distinct = choices.percent(12);
    for (int i = 0; i < count; i++) {
      items.add(
          choices.percent(8)
              ? subqueries.scalar(source.scope())
              : expressions.any(source.scope(), 2));
    }
    List<String> key = new ArrayList<>();
    if (!distinct && source.scope().key().size() == 1 && choices.percent(60)) {
      key.add("x" + items.size());
      items.add(new Column(source.scope().key().get(0), Kind.INTEGER, false, false));
    }
    return shape(
        "SELECT " + (distinct ? "DISTINCT " : ""),
        items,
        from,
        key,
        source.scope().rows(),
        distinct);
  }

  private Shaped distinctOn(Source source, String from) {
    Column on = expressions.any(source.scope(), 0);
    List<Column> items = List.of(on, expressions.any(source.scope(), 1));
    Shaped shaped =
        shape(
            "SELECT DISTINCT ON (" + on.sql() + ") ",
            items,
            from,
            List.of(),
            source.scope().rows(),
            true);
    return new Shaped(
        shaped.sql() + " ORDER BY " + on.sql() + ", " + String.join(", ", source.scope().key()),
        shaped.scope());
  }

  private Shaped windows(Source source, String from) {
    List<Column> items = new ArrayList<>();
    items.add(expressions.any(source.scope(), 0));
    int count = choices.between(1, 3);
    for (int i = 0; i < count; i++) {
      items.add(aggregates.window(source.scope()));
    }
    String qualify = "";
    if (choices.percent(30)) {
      Column window = aggregates.window(source.scope());
      qualify =
          " QUALIFY "
              + window.sql()
              + (window.kind() == Kind.INTEGER && !window.edges() ? " <= 3" : " IS NOT NULL");
    }
    return shape("SELECT ", items, from + qualify, List.of(), source.scope().rows(), false);
  }

  private Shaped grouped(Source source, String from, boolean inexact) {
    List<Column> keys = new ArrayList<>();
    int count = choices.of(0, 1, 1, 2, 3);
    for (int i = 0; i < count; i++) {
      keys.add(expressions.any(source.scope(), 1));
    }
    List<Column> items = new ArrayList<>();
    keys.forEach(key -> items.add(key.withEdges()));
    int calls = choices.between(keys.isEmpty() ? 1 : 0, 4);
    for (int i = 0; i < calls; i++) {
      items.add(aggregates.call(source.scope(), inexact && keys.isEmpty()));
    }
    String list = keys.stream().map(Column::sql).collect(Collectors.joining(", "));
    String group =
        keys.isEmpty()
            ? ""
            : switch (choices.below(10)) {
              case 0 -> " GROUP BY ROLLUP (" + list + ")";
              case 1 -> " GROUP BY CUBE (" + list + ")";
              case 2 -> " GROUP BY GROUPING SETS ((" + list + "), (" + keys.get(0).sql() + "), ())";
              case 3 -> " GROUP BY ALL";
              default -> " GROUP BY " + list;
            };
    boolean constantKey = keys.stream().anyMatch(key -> key.sql().matches("[-0-9'].*"));
    if (constantKey) {
      // A number in GROUP BY would be a position.
      group = " GROUP BY ALL";
    }
    if (group.contains("(")
        && choices.percent(40)
        && !constantKey
        && group.matches(".*(ROLLUP|CUBE|SETS).*")) {
      items.add(new Column("grouping(" + keys.get(0).sql() + ")", Kind.INTEGER, false, false));
    }
    String having = "";
    if (choices.percent(20)) {
      having =
          " HAVING "
              + choices.of(
                  "count(*) > 2",
                  "count(*) % 2 = 1",
                  "min(" + expressions.integer(source.scope(), 0) + ") < 100",
                  "count(DISTINCT " + expressions.integer(source.scope(), 0) + ") > 1");
    }
    return shape(
        "SELECT ",
        items,
        from + group + having,
        List.of(),
        Math.max(1, source.scope().rows() / 4),
        true);
  }

  private Shaped union(int depth) {
    List<Kind> kinds = new ArrayList<>();
    int count = choices.between(1, 3);
    for (int i = 0; i < count; i++) {
      kinds.add(choices.of(Kind.INTEGER, Kind.TEXT, Kind.DATE, Kind.BOOLEAN, Kind.DECIMAL));
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      columns.add(new Column("x" + i, kinds.get(i), true, false));
    }
    String sql = branch(kinds, depth);
    int branches = choices.between(1, 2);
    for (int i = 0; i < branches; i++) {
      sql +=
          choices.of(
                  " UNION ",
                  " UNION ALL ",
                  " UNION ALL ",
                  " INTERSECT ",
                  " INTERSECT ALL ",
                  " EXCEPT ",
                  " EXCEPT ALL ",
                  " UNION ALL BY NAME ",
                  " UNION BY NAME ")
              + branch(kinds, depth);
    }
    // Parts of one set operation keep their rows in parentheses.
    return new Shaped(
        "SELECT * FROM (" + sql + ") AS " + sources.alias("u"),
        new Scope(columns, List.of(), 20_000));
  }

  private String branch(List<Kind> kinds, int depth) {
    Source source = sources.random(depth - 1, List.of());
    List<String> items = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      String type =
          switch (kinds.get(i)) {
            case INTEGER -> "::HUGEINT";
            case DECIMAL -> "::DECIMAL(38,6)";
            default -> "";
          };
      items.add("(" + expressions.of(kinds.get(i), source.scope(), 1) + ")" + type + " AS x" + i);
    }
    return "(SELECT %s FROM %s WHERE %s)"
        .formatted(
            String.join(", ", items), source.sql(), expressions.condition(source.scope(), 1));
  }

  private Shaped shape(
      String select, List<Column> items, String rest, List<String> key, long rows, boolean edges) {
    List<String> texts = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Column item = items.get(i);
      texts.add(item.sql() + " AS x" + i);
      columns.add(new Column("x" + i, item.kind(), edges || item.edges(), item.inexact()));
    }
    return new Shaped(select + String.join(", ", texts) + rest, new Scope(columns, key, rows));
  }
}

package io.duckherder.cluster.fuzz;

import java.util.List;

/** Queries of forms of their own: PIVOT, UNPIVOT, recursive CTEs, UNNEST, metadata, constants. */
final class Templates {
  private final Choices choices;
  private final List<FuzzTable> tables;

  Templates(Choices choices, List<FuzzTable> tables) {
    this.choices = choices;
    this.tables = tables;
  }

  FuzzQuery random() {
    String table = choices.one(tables).name();
    String other = choices.one(tables).name();
    return switch (choices.below(16)) {
      case 0 ->
          all(
              "PIVOT (SELECT k %% 5 AS b, id %% 7 AS g, id FROM %s) ON b USING sum(id), count(*) GROUP BY g"
                  .formatted(table));
      case 1 ->
          all(
              "PIVOT (SELECT k %% 3 AS b, fk FROM %s) ON b IN (0, 1, 2) USING max(fk)"
                  .formatted(table));
      case 2 ->
          all(
              "SELECT * FROM (SELECT id, k, fk FROM %s) UNPIVOT (v FOR n IN (k, fk))"
                  .formatted(table));
      case 3 ->
          all(
              "WITH RECURSIVE r(n, s) AS (SELECT id, 0 FROM %s WHERE id < 20 UNION ALL SELECT n + 1, s + 1 FROM r WHERE s < 4) SELECT n, count(*), max(s) FROM r GROUP BY n"
                  .formatted(table));
      case 4 ->
          all(
              "WITH RECURSIVE r AS (SELECT k AS n FROM %s UNION SELECT n // 2 FROM r WHERE n > 0) SELECT n, (SELECT count(*) FROM %s WHERE k = n) FROM r"
                  .formatted(table, other));
      case 5 ->
          all("SELECT id, unnest([k, fk, NULL]) AS u FROM %s WHERE id %% 3 = 0".formatted(table));
      case 6 ->
          all(
              "SELECT u, count(*) FROM (SELECT unnest(range(k %% 4)) AS u FROM %s) GROUP BY u"
                  .formatted(table));
      case 7 ->
          new FuzzQuery(
              "FROM %s ORDER BY id LIMIT %d OFFSET %d"
                  .formatted(table, choices.of(1, 50, 5000), choices.of(0, 10, 4000)),
              0);
      case 8 ->
          all(
              "SELECT COLUMNS('c[3-7]$'), id AS \"Odd \"\"name\"\"\", id FROM %s WHERE k < 4"
                  .formatted(table));
      case 9 ->
          all(
              "SELECT getvariable('threshold') AS t, count(*) FROM %s WHERE k > getvariable('threshold')"
                  .formatted(table));
      case 10 ->
          all(
              "SELECT current_setting('TimeZone') AS z, k / 7 AS d, -7 / 2 AS e, count(*) FROM %s GROUP BY ALL"
                  .formatted(table));
      case 11 ->
          all(
              "SELECT * EXCLUDE (id) FROM %s SEMI JOIN (SELECT DISTINCT fk FROM %s) f ON f.fk = id"
                  .formatted(table, other));
      case 12 ->
          all("SELECT 1 AS one, NULL AS nothing, [1, 2] AS l, {'a': 1} AS s, 'x' AS \"x y\"");
      case 13 ->
          all(
              "SELECT t.k, count(*) FROM %s t NATURAL JOIN (SELECT DISTINCT k FROM %s WHERE k < 10) GROUP BY 1"
                  .formatted(table, other));
      case 14 ->
          all(
              "SELECT id, fk FROM %s JOIN (SELECT id, k AS k2 FROM %s) USING (id) WHERE k2 %% 2 = 1"
                  .formatted(table, other));
      default ->
          all(
              "SUMMARIZE SELECT id, k FROM %s"
                  .formatted(table)
                  .replace("SUMMARIZE SELECT", "SELECT DISTINCT id %% 10 AS m, k AS n, id"));
    };
  }

  private static FuzzQuery all(String sql) {
    return new FuzzQuery(sql, 0);
  }
}

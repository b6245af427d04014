package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.RowColumn;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The rows that a table has more at a snapshot than at an earlier one, where it still has all that
 * it had then. Driver-only.
 *
 * <p>What tells is the difference of the two as multisets, row by row and value by value. A rowid
 * is no identity: rows move. But where each earlier row stands unchanged at its rowid, and no other
 * row stands up to the last of these, those behind are the difference: pairs of equal rows that are
 * left out on both sides change none. If it is not so, all rows of both are counted.
 *
 * @param earlier the earlier snapshot; 0 for an empty table
 * @param behind the rowid behind which all that came are; empty if they are anywhere
 * @param rows how many came
 */
record AppendedRows(
    VersionedTable table,
    ExactValues columns,
    long earlier,
    long snapshot,
    OptionalLong behind,
    long rows) {
  /** Rowids that are compared at a time, which DuckDB holds in memory. */
  private static final long PIECE = 1_000_000;

  /** Finds them; a table that changed otherwise is an error with the code TABLE_CHANGED. */
  static AppendedRows find(VersionedTable table, long earlier, long snapshot) {
    ExactValues columns = new ExactValues(table.columns(snapshot));
    if (earlier == 0) {
      long rows = table.numbers("SELECT count(*) FROM " + table.at(snapshot)).get(0);
      return new AppendedRows(table, columns, earlier, snapshot, OptionalLong.of(-1), rows);
    }
    requireSameColumns(table, earlier, columns, snapshot);
    String before = table.at(earlier, "o", columns);
    String after = table.at(snapshot, "n", columns);
    List<Long> old = table.numbers("SELECT count(*), max(o.rowid) FROM " + before);
    List<Long> now =
        table.numbers(
            "SELECT count(*), count(*) FILTER (n.rowid <= %d) FROM %s"
                .formatted(old.get(1), after));
    long came = now.get(0) - old.get(0);
    if (now.get(1).equals(old.get(0)) && stayed(table, columns, before, after, old)) {
      return new AppendedRows(table, columns, earlier, snapshot, OptionalLong.of(old.get(1)), came);
    }
    AppendedRows anywhere =
        new AppendedRows(table, columns, earlier, snapshot, OptionalLong.empty(), came);
    anywhere.requireNoneGone();
    return anywhere;
  }

  static void requireSameColumns(
      VersionedTable table, long earlier, ExactValues columns, long snapshot) {
    List<ResultColumn> before = table.columns(earlier);
    if (!before.equals(columns.columns())) {
      throw new DuckherderException(
          StandardErrorCode.TABLE_CHANGED,
          "Cannot read what came to %s from snapshot %d to %d: its columns were %s and are %s; begin anew with another checkpoint, or set the option \"skipChangeCommits\""
              .formatted(
                  table.table().sql(), earlier, snapshot, names(before), names(columns.columns())));
    }
  }

  private static String names(List<ResultColumn> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Whether each earlier row stands unchanged at its rowid. */
  private static boolean stayed(
      VersionedTable table, ExactValues columns, String before, String after, List<Long> old) {
    long same = 0;
    long seen = 0;
    for (long first = 0; first <= old.get(1); first += PIECE) {
      String range = "%1$s.rowid >= " + first + " AND %1$s.rowid < " + (first + PIECE);
      same +=
          table
              .numbers(
                  "SELECT count(*) FROM %s, %s WHERE o.rowid = n.rowid AND %s AND %s AND %s"
                      .formatted(
                          before,
                          after,
                          range.formatted("o"),
                          range.formatted("n"),
                          columns.same("o", "n")))
              .get(0);
      seen +=
          table.numbers("SELECT count(*) FROM " + before + " WHERE " + range.formatted("o")).get(0);
      if (same != seen) {
        return false;
      }
    }
    return true;
  }

  private void requireNoneGone() {
    long gone =
        table
            .numbers(
                "SELECT coalesce(sum(-more), 0)::BIGINT FROM (SELECT sum(side) AS more FROM (%s) u GROUP BY %s) WHERE more < 0"
                    .formatted(both(), String.join(", ", columns.expressions("u"))))
            .get(0);
    if (gone > 0) {
      throw new DuckherderException(
          StandardErrorCode.TABLE_CHANGED,
          "Cannot read what came to %s from snapshot %d to %d: %d rows were changed or deleted; set the option \"skipChangeCommits\" to go on without what came together with changes, or begin anew with another checkpoint"
              .formatted(table.table().sql(), earlier, snapshot, gone));
    }
  }

  /** The rows of both snapshots, those of the earlier one for minus one each. */
  private String both() {
    return "SELECT %s, n.rowid AS place, 1 AS side FROM %s UNION ALL SELECT %s, NULL, -1 FROM %s"
        .formatted(
            columns.list("n"),
            table.at(snapshot, "n", columns),
            columns.list("o"),
            table.at(earlier, "o", columns));
  }

  /**
   * Those that came, with their rowids as places; of rows that are alike, those that stand last.
   */
  private String query() {
    if (behind.isPresent()) {
      return "SELECT %s, n.rowid AS place FROM %s WHERE n.rowid > %d"
          .formatted(columns.list("n"), table.at(snapshot, "n", columns), behind.getAsLong());
    }
    return """
    SELECT %s, q.place FROM (
      SELECT u.*, sum(u.side) OVER alike AS more,
        row_number() OVER (alike ORDER BY u.place DESC NULLS LAST) AS nth
      FROM (%s) u WINDOW alike AS (PARTITION BY %s)) q
    WHERE q.side = 1 AND q.nth <= q.more"""
        .formatted(columns.list("q"), both(), String.join(", ", columns.expressions("u")));
  }

  /** The rowid up to which there are no more than so many behind another; empty if that is all. */
  OptionalLong limit(long after, long most) {
    List<Long> found =
        table.numbers(
            """
            SELECT max(place), count(*) FROM (
              SELECT place FROM (%s) WHERE place > %d ORDER BY place LIMIT %d)"""
                .formatted(query(), after, most));
    long left =
        table
            .numbers(
                "SELECT count(*) FROM (%s) WHERE place > %d"
                    .formatted(query(), Math.max(after, found.get(0))))
            .get(0);
    return left == 0 ? OptionalLong.empty() : OptionalLong.of(found.get(0));
  }

  /**
   * Plans the read of those behind a rowid.
   *
   * @param names the columns wanted
   * @param upTo the last of them, if not all
   */
  PlannedRead plan(List<String> names, long after, OptionalLong upTo) {
    List<String> known = columns.columns().stream().map(ResultColumn::name).toList();
    requireKnown(names, known);
    boolean hidden =
        known.stream().anyMatch(name -> name.equalsIgnoreCase(RowColumn.ROWID.columnName()));
    if (behind.isEmpty() || hidden) {
      return table.plan(
          snapshot,
          "SELECT %s FROM (%s) AS r%s WHERE %s"
              .formatted(
                  names.stream()
                      .map(
                          name ->
                              "r.c%d AS %s"
                                  .formatted(known.indexOf(name), SqlText.identifier(name)))
                      .collect(Collectors.joining(", ")),
                  query(),
                  columns.names().replace(")", ", place)"),
                  range("r.place", after, upTo)));
    }
    return table.plan(
        snapshot,
        names,
        range(
            SqlText.identifier(RowColumn.ROWID.columnName()),
            Math.max(after, behind.getAsLong()),
            upTo));
  }

  private void requireKnown(List<String> names, List<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        throw new DuckherderException(
            StandardErrorCode.FILE_CHANGED,
            "Cannot read column \"%s\" of %s at snapshot %d: there is none; start the stream again"
                .formatted(name, table.table().sql(), snapshot));
      }
    }
  }

  private static String range(String place, long after, OptionalLong upTo) {
    return place
        + " > "
        + after
        + (upTo.isPresent() ? " AND " + place + " <= " + upTo.getAsLong() : "");
  }
}

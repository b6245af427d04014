package io.duckherder.spark.stream;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is different in a table with a primary key between two snapshots: rows are the same row if
 * their keys are equal. What happened in between and was undone is no change. Driver-only.
 *
 * @param earlier the earlier snapshot; 0 for an empty table
 * @param columns those of the table, at both
 * @param key places of the key's columns
 */
public record TableChanges(
    VersionedTable table, long earlier, long snapshot, ExactValues columns, List<Integer> key) {
  /** What is done to a row. */
  public static final String CHANGE = "_change_type";

  /** The snapshot that holds what was done. */
  public static final String VERSION = "_commit_version";

  /** When this snapshot was made. */
  public static final String TIME = "_commit_timestamp";

  public TableChanges {
    key = List.copyOf(key);
  }

  /** The changes of a table; an error if there is no key by which rows could be told. */
  public static TableChanges of(VersionedTable table, long earlier, long snapshot) {
    ExactValues columns = new ExactValues(table.columns(snapshot));
    if (earlier > 0) {
      AppendedRows.requireSameColumns(table, earlier, columns, snapshot);
    }
    TableChanges changes =
        new TableChanges(table, earlier, snapshot, columns, key(table, columns.columns()));
    changes.requireNoMetadata();
    changes.requireKey(snapshot);
    if (earlier > 0) {
      changes.requireKey(earlier);
    }
    return changes;
  }

  private static List<Integer> key(VersionedTable table, List<ResultColumn> columns) {
    List<String> names =
        columns.stream().map(column -> column.name().toLowerCase(Locale.ROOT)).toList();
    List<Integer> key =
        table
            .source()
            .sql()
            .read(
                """
                SELECT lower(unnest(constraint_column_names)) FROM duckdb_constraints()
                WHERE database_name = %s AND schema_name = %s AND table_name = %s
                AND constraint_type = 'PRIMARY KEY'"""
                    .formatted(
                        SqlText.literal(table.database()),
                        SqlText.literal(table.table().schema().schema()),
                        SqlText.literal(table.table().name())))
            .stream()
            .map(row -> names.indexOf(String.valueOf(row.get(0))))
            .toList();
    if (key.isEmpty() || key.contains(-1)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot tell the changes of %s: it has no primary key by which a row is found again; make it with one"
              .formatted(table.table().sql()));
    }
    return key;
  }

  private void requireNoMetadata() {
    for (ResultColumn column : columns.columns()) {
      if (List.of(CHANGE, VERSION, TIME).contains(column.name().toLowerCase(Locale.ROOT))) {
        throw new DuckherderException(
            StandardErrorCode.UNSUPPORTED,
            "Cannot tell the changes of %s: its column \"%s\" has the name of one that says what was changed; rename it"
                .formatted(table.table().sql(), column.name()));
      }
    }
  }

  /** What is the key now may not have been one then. */
  private void requireKey(long at) {
    long twice =
        table
            .numbers(
                "SELECT count(*) FROM (SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1)"
                    .formatted(
                        table.at(at, "t", columns),
                        String.join(", ", columns.expressions("t", key))))
            .get(0);
    if (twice > 0) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot tell the changes of %s since snapshot %d: what is its primary key was none then, %d values stand in several rows"
              .formatted(table.table().sql(), at, twice));
    }
  }

  /**
   * They as a query: the columns of the table, and what was done.
   *
   * @param insert the word for a new row
   * @param delete for one that is gone
   * @param before for one as it was before it was changed
   * @param after for the same as it is
   * @param micros when the snapshot was made
   */
  public String query(String insert, String delete, String before, String after, long micros) {
    if (earlier == snapshot) {
      return select("n", insert, micros) + table.at(snapshot, "n", columns) + " WHERE false";
    }
    String now = table.at(snapshot, "n", columns);
    if (earlier == 0) {
      return select("n", insert, micros) + now;
    }
    String old = table.at(earlier, "o", columns);
    String same = columns.same("o", "n", key);
    String changed =
        old + " JOIN " + now + " ON " + same + " WHERE NOT (" + columns.same("o", "n") + ")";
    List<String> parts = new ArrayList<>();
    parts.add(select("n", insert, micros) + now + " ANTI JOIN " + old + " ON " + same);
    parts.add(select("o", delete, micros) + old + " ANTI JOIN " + now + " ON " + same);
    parts.add(select("o", before, micros) + changed);
    parts.add(select("n", after, micros) + changed);
    return String.join(" UNION ALL ", parts);
  }

  private String select(String alias, String what, long micros) {
    List<ResultColumn> all = columns.columns();
    return "SELECT %s, %s AS %s, %d::BIGINT AS %s, make_timestamptz(%d) AS %s FROM "
        .formatted(
            IntStream.range(0, all.size())
                .mapToObj(i -> alias + ".c" + i + " AS " + SqlText.identifier(all.get(i).name()))
                .collect(Collectors.joining(", ")),
            SqlText.literal(what),
            CHANGE,
            snapshot,
            VERSION,
            micros,
            TIME);
  }
}

package io.duckherder.worker.engine;

import io.duckherder.exchange.ExchangeForm;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The SQL of the view that shows the tables of an input together. */
final class InputView {
  private InputView() {}

  static String create(String name, List<String> parts) {
    return "CREATE OR REPLACE TEMP VIEW temp.main."
        + SqlText.identifier(name)
        + " AS "
        + String.join(" UNION ALL ", parts);
  }

  /** No rows, where a stage had no tasks. */
  static String none(List<ResultColumn> columns) {
    return columns.stream()
        .map(
            column ->
                "CAST(NULL AS %s) AS %s"
                    .formatted(column.type(), SqlText.identifier(column.name())))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  /** All rows of a table whose columns stand in their order, whatever they are called. */
  static String part(String table, List<ResultColumn> columns) {
    String selected =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    "CAST(s.c%d AS %s) AS %s"
                        .formatted(
                            i, columns.get(i).type(), SqlText.identifier(columns.get(i).name())))
            .collect(Collectors.joining(", "));
    return "SELECT "
        + selected
        + " FROM "
        + table
        + " AS s("
        + ExchangeForm.names(columns.size())
        + ")";
  }

  /** The rows of a bucket; the table's column after these is the bucket. */
  static String part(String table, List<ResultColumn> columns, OptionalInt bucket) {
    if (bucket.isEmpty()) {
      return part(table, columns);
    }
    String all = part(table, columns);
    return all.substring(0, all.length() - 1) + ", bucket) WHERE s.bucket = " + bucket.getAsInt();
  }
}

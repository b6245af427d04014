package io.duckherder.cluster.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Every answer that one DuckDB may give to a query: its rows without LIMIT, in groups of equal sort
 * keys. Any order within a group is right, and with a LIMIT any choice within the groups that it
 * cuts. A query without ORDER BY has one group. Names and types of columns, and their nullability,
 * must be the same; values as {@link Values} says.
 */
public final class ExpectedAnswer {
  private final List<Field> columns;
  private final List<List<List<@Nullable Object>>> groups;
  private final long first;
  private final long end;

  private ExpectedAnswer(
      List<Field> columns, List<List<List<@Nullable Object>>> groups, long first, long end) {
    this.columns = columns;
    this.groups = groups;
    this.first = first;
    this.end = end;
  }

  /**
   * What DuckDB may answer.
   *
   * @param full the rows without LIMIT, in order, with sort keys perhaps after the columns
   * @param columns how many of its columns are the answer's
   * @param keys which of its columns are sort keys
   * @param offset rows that the query leaves out at the start
   * @param limit most rows that it gives
   */
  static ExpectedAnswer of(Answer full, int columns, List<Integer> keys, long offset, long limit) {
    List<List<List<@Nullable Object>>> groups = new ArrayList<>();
    List<@Nullable Object> before = List.of();
    for (List<@Nullable Object> row : full.rows()) {
      List<@Nullable Object> key = new ArrayList<>();
      keys.forEach(index -> key.add(row.get(index)));
      if (groups.isEmpty() || !Values.allSame(before, key)) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(row.subList(0, columns));
      before = key;
    }
    long rows = full.rows().size();
    long first = Math.min(offset, rows);
    long end = limit > rows - first ? rows : first + limit;
    return new ExpectedAnswer(full.columns().subList(0, columns), groups, first, end);
  }

  /** How many rows the answer has. */
  public long size() {
    return end - first;
  }

  /** In what an answer is none that DuckDB may give, absent if it may. */
  public Optional<String> difference(Answer answer) {
    List<String> shapes = shapes(columns);
    List<String> others = shapes(answer.columns());
    if (!shapes.equals(others)) {
      return Optional.of("columns %s instead of %s".formatted(others, shapes));
    }
    if (answer.rows().size() != size()) {
      return Optional.of("%,d rows instead of %,d".formatted(answer.rows().size(), size()));
    }
    long start = 0;
    for (List<List<@Nullable Object>> group : groups) {
      long from = Math.max(start, first);
      long to = Math.min(start + group.size(), end);
      if (from < to) {
        Optional<String> difference =
            difference(
                group, answer.rows().subList((int) (from - first), (int) (to - first)), from);
        if (difference.isPresent()) {
          return difference;
        }
      }
      start += group.size();
    }
    return Optional.empty();
  }

  /** Names, types and nullability, without what else Arrow may tell of a column. */
  private static List<String> shapes(List<Field> fields) {
    return fields.stream()
        .map(
            field ->
                "%s %s%s%s"
                    .formatted(
                        field.getName(),
                        field.getType(),
                        field.isNullable() ? "" : " not null",
                        field.getChildren().isEmpty() ? "" : shapes(field.getChildren())))
        .toList();
  }

  private Optional<String> difference(
      List<List<@Nullable Object>> group, List<List<@Nullable Object>> rows, long start) {
    RowBag bag = new RowBag();
    group.forEach(bag::add);
    for (int i = 0; i < rows.size(); i++) {
      if (!bag.take(rows.get(i))) {
        return Optional.of(
            "row %,d is %s, which is none of the %,d rows left that may stand there, such as %s"
                .formatted(start - first + i, Values.shown(rows.get(i)), bag.size(), bag.anyRow()));
      }
    }
    return Optional.empty();
  }
}

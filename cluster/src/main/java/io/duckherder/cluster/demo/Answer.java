package io.duckherder.cluster.demo;

import io.duckherder.cluster.client.RowSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a query, from wherever it ran.
 *
 * @param columns the columns
 * @param rows the rows, whose values may be null
 */
record Answer(List<RowSource.Column> columns, List<List<@Nullable Object>> rows) {
  Answer {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** Reads a source to its end. */
  static Answer of(RowSource source) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (List<@Nullable Object> row = source.next(); row != null; row = source.next()) {
      rows.add(Collections.unmodifiableList(row));
    }
    return new Answer(source.columns(), rows);
  }

  /**
   * In what another answer differs from this one, absent if it does not. Numbers are compared by
   * value, whatever their Java type.
   */
  Optional<String> difference(Answer other, RowOrder order) {
    if (rows.size() != other.rows.size()) {
      return Optional.of("%,d rows instead of %,d".formatted(other.rows.size(), rows.size()));
    }
    List<String> mine = canonical(order);
    List<String> others = other.canonical(order);
    for (int i = 0; i < mine.size(); i++) {
      if (!mine.get(i).equals(others.get(i))) {
        return Optional.of("%s instead of %s".formatted(others.get(i), mine.get(i)));
      }
    }
    return Optional.empty();
  }

  private List<String> canonical(RowOrder order) {
    var texts = rows.stream().map(row -> row.stream().map(Answer::canonical).toList().toString());
    return switch (order) {
      case FIXED -> texts.toList();
      case ANY -> texts.sorted().toList();
    };
  }

  private static String canonical(@Nullable Object value) {
    if (value instanceof Number number) {
      return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
    }
    return String.valueOf(value);
  }

  /** The first rows, to be read again. */
  RowSource first(int count) {
    var left = rows.stream().limit(count).iterator();
    List<RowSource.Column> names = columns;
    return new RowSource() {
      @Override
      public List<Column> columns() {
        return names;
      }

      @Override
      public @Nullable List<@Nullable Object> next() {
        return left.hasNext() ? left.next() : null;
      }

      @Override
      public void close() {}
    };
  }
}

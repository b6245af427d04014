package io.duckherder.cluster.fuzz;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Compares answers by invariant 4: names and types exactly, values exactly, floating numbers to
 * 1e-9 relative, rows as a multiset, and in order by the columns that ORDER BY fixes.
 *
 * @param ordered how many leading columns the rows are sorted by
 * @param caseless whether the session's collation takes letters of both cases for the same, so that
 *     either may stand for a group
 */
record Comparison(int ordered, boolean caseless) {
  private static final double RELATIVE = 1e-9;

  /** Under it a difference of statistics is what cancellation leaves. */
  private static final double ABSOLUTE = 1e-7;

  /** What differs, absent if nothing does. */
  Optional<String> difference(Answer expected, Answer actual) {
    if (!expected.error().equals(actual.error())) {
      return Optional.of("expected %s, got %s".formatted(outcome(expected), outcome(actual)));
    }
    if (!expected.columns().equals(actual.columns())) {
      return Optional.of(
          "expected columns %s, got %s".formatted(expected.columns(), actual.columns()));
    }
    if (expected.rows().size() != actual.rows().size()) {
      return Optional.of(
          "expected %d rows, got %d%s"
              .formatted(
                  expected.rows().size(), actual.rows().size(), firstDifference(expected, actual)));
    }
    List<List<Object>> wanted = normalized(expected);
    List<List<Object>> got = normalized(actual);
    for (int row = 0; row < wanted.size(); row++) {
      for (int i = 0; i < ordered; i++) {
        if (!same(wanted.get(row).get(i), got.get(row).get(i))) {
          return Optional.of(
              "out of order at row %d: expected %s, got %s"
                  .formatted(row, wanted.get(row), got.get(row)));
        }
      }
    }
    wanted.sort(ROWS);
    got.sort(ROWS);
    for (int row = 0; row < wanted.size(); row++) {
      if (!sameRow(wanted.get(row), got.get(row))) {
        return Optional.of("expected row %s, got %s".formatted(wanted.get(row), got.get(row)));
      }
    }
    return Optional.empty();
  }

  private String firstDifference(Answer expected, Answer actual) {
    List<List<Object>> wanted = normalized(expected);
    List<List<Object>> got = normalized(actual);
    wanted.sort(ROWS);
    got.sort(ROWS);
    int row = 0;
    while (row < Math.min(wanted.size(), got.size()) && sameRow(wanted.get(row), got.get(row))) {
      row++;
    }
    return ", first expected %s, got %s"
        .formatted(
            row < wanted.size() ? wanted.get(row) : "the end",
            row < got.size() ? got.get(row) : "the end");
  }

  private static String outcome(Answer answer) {
    return answer
        .error()
        .map(code -> code.name() + " (" + answer.message() + ")")
        .orElseGet(() -> answer.rows().size() + " rows");
  }

  private List<List<Object>> normalized(Answer answer) {
    List<List<Object>> rows = new ArrayList<>(answer.rows().size());
    for (List<Object> row : answer.rows()) {
      rows.add(row.stream().map(this::normalized).collect(Collectors.toList()));
    }
    return rows;
  }

  /** Numbers stay doubles where they are; all else becomes text that is equal for equal values. */
  private Object normalized(Object value) {
    if (value instanceof Double number) {
      return number == 0 ? 0.0 : number;
    }
    if (value instanceof Float number) {
      return number == 0 ? 0.0 : (double) number;
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(this::normalized).map(String::valueOf).toList().toString();
    }
    if (value instanceof Map<?, ?> struct) {
      return struct.values().stream()
          .map(this::normalized)
          .map(String::valueOf)
          .toList()
          .toString();
    }
    String text = String.valueOf(value);
    return caseless
        ? Normalizer.normalize(text, Normalizer.Form.NFD)
            .replaceAll("\\p{M}", "")
            .toLowerCase(Locale.ROOT)
        : text;
  }

  /** Exact columns first, so that rows meet their like though floating columns differ a little. */
  private static final Comparator<List<Object>> ROWS =
      (left, right) -> {
        for (int i = 0; i < left.size(); i++) {
          if (!(left.get(i) instanceof Double) || !(right.get(i) instanceof Double)) {
            int order = left.get(i).toString().compareTo(right.get(i).toString());
            if (order != 0) {
              return order;
            }
          }
        }
        for (int i = 0; i < left.size(); i++) {
          if (left.get(i) instanceof Double a && right.get(i) instanceof Double b) {
            int order = Double.compare(a, b);
            if (order != 0) {
              return order;
            }
          }
        }
        return 0;
      };

  private static boolean sameRow(List<Object> left, List<Object> right) {
    for (int i = 0; i < left.size(); i++) {
      if (!same(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Object left, Object right) {
    if (left instanceof Double a && right instanceof Double b) {
      double difference = Math.abs(a - b);
      return a.equals(b)
          || difference <= ABSOLUTE
          || difference <= RELATIVE * Math.max(Math.abs(a), Math.abs(b));
    }
    return left.equals(right);
  }
}

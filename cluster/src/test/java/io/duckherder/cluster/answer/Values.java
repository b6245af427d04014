package io.duckherder.cluster.answer;

import io.duckherder.cluster.client.MapValue;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When two values are the same: exact types exactly, floating ones to 1e-9 of the greater, inside
 * nested values too. NaN is NaN, and 0.0 is -0.0, as DuckDB has it.
 */
final class Values {
  private static final double TOLERANCE = 1e-9;

  private Values() {}

  static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (isFloating(left) && isFloating(right)) {
      return left.getClass() == right.getClass()
          && close(((Number) left).doubleValue(), ((Number) right).doubleValue());
    }
    if (left instanceof byte[] bytes) {
      return right instanceof byte[] others && Arrays.equals(bytes, others);
    }
    if (left instanceof List<?> list) {
      return right instanceof List<?> others && allSame(list, others);
    }
    if (left instanceof Map<?, ?> struct) {
      return right instanceof Map<?, ?> others
          && List.copyOf(struct.keySet()).equals(List.copyOf(others.keySet()))
          && allSame(struct.values(), others.values());
    }
    if (left instanceof MapValue map) {
      return right instanceof MapValue others && sameEntries(map, others);
    }
    return left.equals(right);
  }

  /** Whether all values of two rows, or of two lists, are the same. */
  static boolean allSame(Iterable<?> left, Iterable<?> right) {
    Iterator<?> others = right.iterator();
    for (Object value : left) {
      if (!others.hasNext() || !same(value, others.next())) {
        return false;
      }
    }
    return !others.hasNext();
  }

  /** A text that the same values share: floating ones, whose last digits vary, leave no trace. */
  static String exactPart(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (isFloating(value)) {
      return "~";
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Values::exactPart).collect(Collectors.joining("\u0001", "[", "]"));
    }
    if (value instanceof Map<?, ?> struct) {
      return struct.entrySet().stream()
          .map(entry -> entry.getKey() + "\u0002" + exactPart(entry.getValue()))
          .collect(Collectors.joining("\u0001", "{", "}"));
    }
    if (value instanceof MapValue map) {
      return map.entries().stream()
          .map(entry -> exactPart(entry.key()) + "\u0002" + exactPart(entry.value()))
          .collect(Collectors.joining("\u0001", "<", ">"));
    }
    return value.toString();
  }

  /** A value for people to read. */
  static String shown(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Values::shown).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String text ? "'" + text + "'" : String.valueOf(value);
  }

  private static boolean sameEntries(MapValue left, MapValue right) {
    return allSame(
            left.entries().stream().map(MapValue.Entry::key).toList(),
            right.entries().stream().map(MapValue.Entry::key).toList())
        && allSame(
            Arrays.asList(left.entries().stream().map(MapValue.Entry::value).toArray()),
            Arrays.asList(right.entries().stream().map(MapValue.Entry::value).toArray()));
  }

  private static boolean isFloating(Object value) {
    return value instanceof Double || value instanceof Float;
  }

  private static boolean close(double left, double right) {
    if (Double.isNaN(left) || Double.isNaN(right)) {
      return Double.isNaN(left) && Double.isNaN(right);
    }
    if (left == right) {
      return true;
    }
    double greater = Math.max(Math.abs(left), Math.abs(right));
    return !Double.isInfinite(greater) && Math.abs(left - right) <= TOLERANCE * greater;
  }
}

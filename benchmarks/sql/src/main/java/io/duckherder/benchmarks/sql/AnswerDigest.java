package io.duckherder.benchmarks.sql;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many rows an answer has, and a hash of them in any order. Floating numbers count to nine
 * digits.
 */
record AnswerDigest(long rows, long hash) {
  static final AnswerDigest EMPTY = new AnswerDigest(0, 0);

  private static final long PRIME = 0x100000001b3L;

  /** With one row more. */
  AnswerDigest plus(List<@Nullable Object> row) {
    String text = row.stream().map(AnswerDigest::text).collect(Collectors.joining("\u0001"));
    long own = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      own = (own ^ text.charAt(i)) * PRIME;
    }
    return new AnswerDigest(rows + 1, hash + own);
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Double || value instanceof Float) {
      return String.format(Locale.ROOT, "%.8e", ((Number) value).doubleValue());
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
  }
}

package io.duckherder.spark.catalog;

import io.duckherder.sql.SqlText;
import java.util.Locale;

/** How DuckDB compares names: letters of ASCII in any case, all others as they are. */
public final class Names {
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String LOWER = UPPER.toLowerCase(Locale.ROOT);

  private Names() {}

  /** The condition that a column of names holds a name. */
  public static String is(String column, String name) {
    return "(translate(%s, '%s', '%s') = %s)"
        .formatted(column, UPPER, LOWER, SqlText.literal(lower(name)));
  }

  static boolean equal(String one, String other) {
    return lower(one).equals(lower(other));
  }

  private static String lower(String name) {
    StringBuilder lower = new StringBuilder(name.length());
    for (char c : name.toCharArray()) {
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return lower.toString();
  }
}

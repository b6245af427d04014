package io.duckherder.sql;

/** How DuckDB compares names: letters of ASCII in any case, all others as they are. */
public final class Names {
  private Names() {}

  /** A name as all names are that are the same to DuckDB. */
  public static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return folded.toString();
  }

  /** Whether two names are the same to DuckDB. */
  public static boolean same(String one, String other) {
    return fold(one).equals(fold(other));
  }
}

package io.duckherder.cluster.session;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The tables that something wrote, by their own names, whatever database and schema they are in: to
 * tell that a table was not written is what it is for.
 *
 * @param any whether it may have been any table, or what is no table
 * @param names in lower case
 */
public record WrittenTables(boolean any, Set<String> names) {
  public static final WrittenTables NONE = new WrittenTables(false, Set.of());
  public static final WrittenTables ANY = new WrittenTables(true, Set.of());

  public WrittenTables {
    names = Set.copyOf(names);
  }

  /** One table. */
  public static WrittenTables of(String name) {
    return new WrittenTables(false, Set.of(key(name)));
  }

  /** A name among {@link #names}. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** These and those. */
  public WrittenTables plus(WrittenTables others) {
    if (any || others.names.isEmpty() && !others.any) {
      return this;
    }
    if (others.any) {
      return ANY;
    }
    Set<String> all = new HashSet<>(names);
    all.addAll(others.names);
    return new WrittenTables(false, all);
  }

  /** Whether one of these tables may have been written. */
  public boolean touch(Collection<String> tables) {
    return any
        || tables.stream().map(name -> name.toLowerCase(Locale.ROOT)).anyMatch(names::contains);
  }
}

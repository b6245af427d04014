package io.duckherder.cluster.cli;

import java.util.OptionalInt;

/**
 * What the start script found out about the terminal, which Java cannot tell on every version: the
 * width if standard output is one, and whether standard input is one.
 */
final class Terminals {
  private static final String COLUMNS = "duckherder.terminal.columns";
  private static final String INPUT = "duckherder.terminal.input";

  private Terminals() {}

  /** The width of the terminal that standard output goes to, absent if it is no terminal. */
  static OptionalInt width() {
    int columns = Integer.getInteger(COLUMNS, 0);
    return columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
  }

  /** Whether a person types. */
  static boolean interactive() {
    return Boolean.getBoolean(INPUT) && width().isPresent();
  }
}

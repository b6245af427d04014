package io.duckherder.tpch;

/** The 22 TPC-H queries with the specification's validation parameters, in DuckDB's dialect. */
public final class TpchQueries {
  /** How many there are; they are numbered from 1. */
  public static final int COUNT = 22;

  private TpchQueries() {}

  /** A query's text, without a semicolon. */
  public static String sql(int number) {
    if (number < 1 || number > COUNT) {
      throw new IllegalArgumentException(
          "TPC-H has queries 1 to %d, not %d".formatted(COUNT, number));
    }
    return TpchResource.text("q%02d.sql".formatted(number)).strip();
  }
}

package io.duckherder.plan;

import java.util.List;
import java.util.OptionalLong;

/** How the driver makes the answer out of the rows of a plan's last stage. */
public sealed interface ResultAssembly {

  /**
   * The rows of one task after the other.
   *
   * @param limit most rows of the answer
   * @param offset rows left out at the start
   */
  record Concatenation(OptionalLong limit, long offset) implements ResultAssembly {
    /** All rows. */
    public static final Concatenation ALL = new Concatenation(OptionalLong.empty(), 0);
  }

  /**
   * Each task gives its rows sorted, with a last column of type BLOB that is no part of the answer:
   * DuckDB's {@code create_sort_key}. The rows of all tasks are merged by its bytes.
   *
   * @param limit most rows of the answer
   * @param offset rows left out at the start
   */
  record SortedMerge(OptionalLong limit, long offset) implements ResultAssembly {}

  /**
   * The rows of all tasks are put into the driver's DuckDB, and a query over them gives the answer.
   *
   * @param sql the query
   * @param input the name by which it reads them: {@code temp.main.<input>}
   * @param columns their columns
   */
  record Combination(String sql, String input, List<ResultColumn> columns)
      implements ResultAssembly {
    public Combination {
      columns = List.copyOf(columns);
    }
  }
}

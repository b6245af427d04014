package io.duckherder.worker.engine;

import io.duckherder.plan.ResultColumn;
import java.util.List;

/** The form in which rows leave DuckDB: as clients read them, or as another DuckDB does. */
@FunctionalInterface
interface RowForm {
  /** A statement with the rows of another, which has these columns, in this form. */
  String apply(String sql, List<ResultColumn> columns);
}

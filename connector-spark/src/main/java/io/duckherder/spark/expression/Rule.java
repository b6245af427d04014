package io.duckherder.spark.expression;

import java.util.List;
import java.util.Optional;

/** How one of Spark's functions is written in DuckDB's SQL. */
interface Rule {
  /** The call with some arguments; empty if DuckDB's answer might not be Spark's. */
  Optional<Term> apply(List<Term> arguments);
}

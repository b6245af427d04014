package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * A query over the rows of a read, which runs where they are: aggregates, the first rows, a sorted
 * start.
 *
 * @param sql one query, which reads the rows as the table {@value #ROWS}
 * @param scope over which rows it runs
 */
public record PushedQuery(@JsonProperty("sql") String sql, @JsonProperty("scope") Scope scope) {
  /** The name by which it reads the rows. */
  public static final String ROWS = "duckherder_rows";

  /** Over which rows a query runs. */
  public enum Scope {
    /** Those of each partition for itself; who asked puts the partitions' answers together. */
    PARTITION,
    /** All of them. */
    WHOLE
  }

  public PushedQuery {
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(scope, "scope");
  }

  /** It together with the query that gives its rows. */
  String over(String rows) {
    return "WITH %s AS NOT MATERIALIZED (%s) %s".formatted(ROWS, rows, sql);
  }
}

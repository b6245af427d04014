package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rows of an earlier stage that a fragment reads. They lie in tables on the workers that made them;
 * the worker that runs the fragment pulls them, and shows all of them together as a temporary view.
 *
 * @param name the name of the view: {@code temp.main.<name>}
 * @param columns its columns, with their exact DuckDB types
 * @param sources where the rows are; none if there are no rows
 */
public record FragmentInput(
    @JsonProperty("name") String name,
    @JsonProperty("columns") List<ResultColumn> columns,
    @JsonProperty("sources") List<Source> sources) {
  public FragmentInput {
    columns = List.copyOf(columns);
    sources = List.copyOf(sources);
  }

  /**
   * One table of the exchange.
   *
   * @param worker where the worker serves that keeps it: {@code grpc://host:port}; or {@link
   *     #LOCAL}
   * @param table its name in the exchange
   * @param bucket the bucket whose rows are wanted; absent for all
   */
  public record Source(
      @JsonProperty("worker") String worker,
      @JsonProperty("table") String table,
      @JsonProperty("bucket") OptionalInt bucket) {
    /** The worker that runs the fragment, whatever its address. */
    public static final String LOCAL = "local";
  }
}

package io.duckherder.plan.cut;

/** An aggregate that was to be done in halves has a state that cannot leave DuckDB. */
final class StateUnknown extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Query query;

  StateUnknown(Query query, String function) {
    super("The state of %s() cannot leave DuckDB".formatted(function), null, false, false);
    this.query = query;
  }

  Query query() {
    return query;
  }
}

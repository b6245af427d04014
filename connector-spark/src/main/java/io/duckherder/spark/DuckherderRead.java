package io.duckherder.spark;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadRequest;
import io.duckherder.session.SessionSettings;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import java.util.List;
import java.util.Optional;

/**
 * What a table reads, before Spark has said which columns and rows of it. Driver-only.
 *
 * @param source where the rows come from
 * @param relation the table or query
 * @param settings the session that DuckDB reads it in
 * @param target how many partitions to aim for
 */
record DuckherderRead(
    ReadSource source,
    ReadRequest.Relation relation,
    SessionSettings settings,
    PartitionTarget target) {

  /** Plans the read of some columns and the rows that pass a filter. */
  PlannedRead plan(List<String> columns, Optional<String> filter) {
    return source.plan(new ReadRequest(relation, Optional.of(columns), filter, settings, target));
  }

  /** Plans the read of everything. */
  PlannedRead planAll() {
    return source.plan(
        new ReadRequest(relation, Optional.empty(), Optional.empty(), settings, target));
  }

  /** How plans name it. */
  String description() {
    return relation.table().map(table -> table + " of ").orElse("a query on ")
        + source.description();
  }
}

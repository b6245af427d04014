package io.duckherder.spark;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.plan.ReadRequest;
import io.duckherder.session.SessionSettings;
import io.duckherder.spark.option.Pushdown;
import io.duckherder.spark.option.StreamOptions;
import io.duckherder.spark.pushdown.PushedRead;
import io.duckherder.spark.source.PlannedRead;
import io.duckherder.spark.source.ReadSource;
import java.util.Optional;

/**
 * What a table reads, before Spark has said which columns and rows of it. Driver-only.
 *
 * @param source where the rows come from
 * @param relation the table or query
 * @param settings the session that DuckDB reads it in
 * @param target how many partitions to aim for
 * @param pushdown how much of a query DuckDB may do
 * @param stream how a stream reads it
 * @param watch is told what is planned
 */
record DuckherderRead(
    ReadSource source,
    ReadRequest.Relation relation,
    SessionSettings settings,
    PartitionTarget target,
    Pushdown pushdown,
    StreamOptions stream,
    ReadWatch watch) {

  /** A read that nobody watches. */
  DuckherderRead(
      ReadSource source,
      ReadRequest.Relation relation,
      SessionSettings settings,
      PartitionTarget target,
      Pushdown pushdown,
      StreamOptions stream) {
    this(source, relation, settings, target, pushdown, stream, ReadWatch.NONE);
  }

  /** The same, watched. */
  DuckherderRead watchedBy(ReadWatch watcher) {
    return new DuckherderRead(source, relation, settings, target, pushdown, stream, watcher);
  }

  /** Plans what Spark pushed. */
  PlannedRead plan(PushedRead pushed) {
    PlannedRead planned =
        source.plan(
            new ReadRequest(
                relation,
                Optional.of(pushed.columns()),
                pushed.filter(),
                settings,
                target,
                Optional.empty(),
                pushed.query(),
                pushed.narrowed(),
                pushed.told()));
    watch.planned(planned);
    return planned;
  }

  /** The same of another relation. */
  DuckherderRead of(ReadRequest.Relation other) {
    return new DuckherderRead(source, other, settings, target, pushdown, stream, watch);
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

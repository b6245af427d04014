package io.duckherder.cluster.schedule;

import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a query runs in.
 *
 * @param queryId the name of the query
 * @param snapshot what it reads
 * @param settings the session it runs as
 * @param schema the schema of the answer as clients are told it, which the rows match but for
 *     metadata
 * @param listener told of each run of a task
 */
public record QueryContext(
    String queryId,
    Snapshot snapshot,
    SessionSettings settings,
    Schema schema,
    TaskListener listener) {}

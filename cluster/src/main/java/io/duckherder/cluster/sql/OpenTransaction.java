package io.duckherder.cluster.sql;

import io.duckherder.cluster.session.LocalConnection;
import io.duckherder.snapshot.Snapshot;
import java.util.Optional;

/**
 * A transaction that a client opened by action.
 *
 * @param snapshot what it reads
 * @param connection where its statements run, if it is on live databases
 */
record OpenTransaction(Snapshot snapshot, Optional<LocalConnection> connection) {}

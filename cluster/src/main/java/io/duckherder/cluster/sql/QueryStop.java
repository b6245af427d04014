package io.duckherder.cluster.sql;

import io.duckherder.worker.engine.StatementInterrupt;
import java.util.function.BooleanSupplier;

/**
 * How a statement is stopped while its call runs.
 *
 * @param interrupt stops what it does at the time
 * @param abandoned whether its client is gone
 */
record QueryStop(StatementInterrupt interrupt, BooleanSupplier abandoned) {}

/**
 * Writes of connectors. Each task stages its rows with the driver, which keeps them out of the
 * database; then the connector has the driver run all that the write changes as one transaction,
 * which reads the rows of exactly the tasks that it names.
 */
@NullMarked
package io.duckherder.wire.write;

import org.jspecify.annotations.NullMarked;

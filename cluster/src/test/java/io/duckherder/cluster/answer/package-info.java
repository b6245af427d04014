/**
 * Answers of a cluster held against those of one DuckDB: what equal means is in {@link
 * io.duckherder.cluster.answer.ExpectedAnswer}.
 */
@NullMarked
package io.duckherder.cluster.answer;

import org.jspecify.annotations.NullMarked;

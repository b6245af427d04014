/**
 * As much of DuckDB's file format as telling changed blocks takes: headers, the list of free
 * blocks, the entries of the write-ahead log. What is not understood is never guessed at: it is
 * reported as absent, and the caller does without.
 */
@NullMarked
package io.duckherder.storage.file;

import org.jspecify.annotations.NullMarked;

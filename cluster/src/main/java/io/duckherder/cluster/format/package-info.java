/** Query results as text: a table for people, CSV and JSON for programs. */
@NullMarked
package io.duckherder.cluster.format;

import org.jspecify.annotations.NullMarked;

/** What the driver remembers of queries: those under way, and a bounded number that ended. */
@NullMarked
package io.duckherder.cluster.history;

import org.jspecify.annotations.NullMarked;

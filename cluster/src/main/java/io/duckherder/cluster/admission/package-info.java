/** Admission: which queries run at once, and which wait for others to end. */
@NullMarked
package io.duckherder.cluster.admission;

import org.jspecify.annotations.NullMarked;

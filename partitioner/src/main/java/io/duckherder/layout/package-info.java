/** Row-group layouts of tables and the partitions cut from them. */
@NullMarked
package io.duckherder.layout;

import org.jspecify.annotations.NullMarked;

/** The interactive {@code sql} command: line editing, history, completion, Ctrl-C. */
@NullMarked
package io.duckherder.cluster.shell;

import org.jspecify.annotations.NullMarked;

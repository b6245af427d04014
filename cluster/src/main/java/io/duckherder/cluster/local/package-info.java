/**
 * What a cluster keeps on the machine that it was started on: its state directory, its log files
 * and its child processes.
 */
@NullMarked
package io.duckherder.cluster.local;

import org.jspecify.annotations.NullMarked;

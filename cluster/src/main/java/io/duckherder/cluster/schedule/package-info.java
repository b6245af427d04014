/**
 * Scheduling: the stages of a query's plan become tasks that run on workers. Rows between stages
 * stay on the workers; what a lost worker kept is made again; the last stage's rows come to the
 * driver and are put together by the package {@code gather}.
 */
@NullMarked
package io.duckherder.cluster.schedule;

import org.jspecify.annotations.NullMarked;

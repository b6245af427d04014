/**
 * Membership: which workers there are, how they come and go, and how a worker keeps in touch with
 * its driver.
 */
@NullMarked
package io.duckherder.cluster.membership;

import org.jspecify.annotations.NullMarked;

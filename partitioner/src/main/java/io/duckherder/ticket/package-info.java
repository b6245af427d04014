/** Tickets: the signed wire form of a fragment, and the key that signs them. */
@NullMarked
package io.duckherder.ticket;

import org.jspecify.annotations.NullMarked;

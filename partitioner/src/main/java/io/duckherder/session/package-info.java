/** Session settings: those that can change an answer, so those that travel in every ticket. */
@NullMarked
package io.duckherder.session;

import org.jspecify.annotations.NullMarked;

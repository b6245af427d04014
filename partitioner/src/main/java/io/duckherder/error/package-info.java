/**
 * Errors as they travel: one exception type that carries a code, and the codes with their meaning.
 */
@NullMarked
package io.duckherder.error;

import org.jspecify.annotations.NullMarked;

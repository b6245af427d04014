/**
 * Letting go of snapshots: which ones stay, and how the layers of those that go are merged into the
 * next, so that blocks nobody needs vanish.
 */
@NullMarked
package io.duckherder.storage.retention;

import org.jspecify.annotations.NullMarked;

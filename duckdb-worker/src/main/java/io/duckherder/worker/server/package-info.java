/**
 * The worker as a process: the engine behind Flight. It runs signed tickets and nothing else, tells
 * its health, and drains.
 */
@NullMarked
package io.duckherder.worker.server;

import org.jspecify.annotations.NullMarked;

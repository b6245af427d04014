/**
 * Sessions of SQL clients: their settings, transactions and temporary objects, kept by a cookie.
 */
@NullMarked
package io.duckherder.cluster.session;

import org.jspecify.annotations.NullMarked;

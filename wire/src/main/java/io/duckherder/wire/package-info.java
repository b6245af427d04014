/**
 * What servers and clients of the cluster share on the wire: error metadata, Flight clients with
 * their token, the messages of the driver's own calls.
 */
@NullMarked
package io.duckherder.wire;

import org.jspecify.annotations.NullMarked;

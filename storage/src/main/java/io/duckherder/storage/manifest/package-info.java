/**
 * What a store holds: the manifest, which names the kept snapshots and the chain of layers, and the
 * index of each layer, which says where the changed blocks are. Folded from the first layer on,
 * they are a snapshot's content.
 */
@NullMarked
package io.duckherder.storage.manifest;

import org.jspecify.annotations.NullMarked;

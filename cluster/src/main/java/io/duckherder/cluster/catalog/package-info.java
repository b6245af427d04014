/**
 * What Flight SQL clients ask of the catalog: names of databases, schemas, tables and keys, types,
 * and what the server can do.
 */
@NullMarked
package io.duckherder.cluster.catalog;

import org.jspecify.annotations.NullMarked;

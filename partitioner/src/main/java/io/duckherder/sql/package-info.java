/** The little of SQL text that is ours: quoting, splitting statements, reading type names. */
@NullMarked
package io.duckherder.sql;

import org.jspecify.annotations.NullMarked;

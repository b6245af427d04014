package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a fragment's rows are kept for later stages, on the worker that runs it, until its query
 * ends.
 *
 * @param table the name of the table in the exchange, unique to this run of the fragment
 * @param bucketed whether the last column of the rows is {@link Fragment#BUCKET}, a UTINYINT by
 *     which consumers choose their rows
 */
public record FragmentOutput(
    @JsonProperty("table") String table, @JsonProperty("bucketed") boolean bucketed) {}

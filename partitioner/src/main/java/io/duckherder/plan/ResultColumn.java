package io.duckherder.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A column of a result.
 *
 * @param name the name that DuckDB gives it
 * @param type the DuckDB type as text, {@code DECIMAL(15,2)} say
 */
public record ResultColumn(@JsonProperty("name") String name, @JsonProperty("type") String type) {}

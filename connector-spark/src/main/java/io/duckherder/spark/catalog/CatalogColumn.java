package io.duckherder.spark.catalog;

import java.util.Optional;

/**
 * A column of a table or view, as DuckDB's catalog has it.
 *
 * @param name its name
 * @param type its DuckDB type, as a result with it names the type
 * @param notNull whether it is declared so
 * @param defaultValue DuckDB's expression for its default
 * @param comment its comment
 */
public record CatalogColumn(
    String name,
    String type,
    boolean notNull,
    Optional<String> defaultValue,
    Optional<String> comment) {}

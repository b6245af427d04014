package io.duckherder.spark;

import io.duckherder.spark.catalog.CatalogConstraint;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.option.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.catalog.Identifier;

/**
 * What a catalog knows of a table besides its columns. Driver-only.
 *
 * @param catalog the catalog's name
 * @param identifier its name in the catalog
 * @param id tells it from another table of its name, if there is such a thing
 * @param version the state that it was loaded in, if there is such a thing
 * @param properties its comment and what it is
 * @param constraints finds what its rows are held to
 * @param options those of the catalog
 * @param check fails if what Spark was told of its columns does not hold any more
 */
record CatalogEntry(
    String catalog,
    Identifier identifier,
    Optional<String> id,
    Optional<String> version,
    Map<String, String> properties,
    Supplier<List<CatalogConstraint>> constraints,
    DuckherderOptions options,
    Runnable check) {
  CatalogEntry {
    properties = Map.copyOf(properties);
  }

  /** Its name as users write it. */
  String name() {
    return catalog + "." + identifier;
  }

  /** Fails for an option of a write that is unknown, or the catalog's to say. */
  void requireKnown(Map<String, String> options) {
    this.options.withRead(Map.of(), options);
  }

  /** The read as the session's options, and before these its own, want it. */
  DuckherderRead read(DuckherderRead read, Map<String, String> options) {
    check.run();
    DuckherderOptions merged = this.options.withRead(SessionOptions.ofActive(), options);
    return new DuckherderRead(
        Sources.of(merged),
        read.relation(),
        merged.settings(),
        Sources.target(merged),
        merged.pushdown(),
        merged.stream());
  }
}

package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.catalog.DuckDBCatalog;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.write.WriteTarget;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table that the option {@code dbtable} names, for who writes it. Driver-only. */
final class NamedTable {
  private NamedTable() {}

  /** Finds it in DuckDB's catalog. */
  static WriteTarget find(DuckherderOptions options, ReadSource source) {
    String text = options.required(DuckherderOption.DBTABLE);
    List<String> names = names(text);
    Optional<String> database = options.value(DuckherderOption.DATABASE);
    DuckDBCatalog catalog =
        options.isCluster() && (database.isEmpty() || names.size() > 2)
            ? DuckDBCatalog.ofAll(source.sql())
            : DuckDBCatalog.ofOne(source.sql(), database);
    String[] namespace = names.subList(0, names.size() - 1).toArray(String[]::new);
    CatalogRelation relation =
        catalog
            .relation(namespace, names.get(names.size() - 1))
            .filter(found -> !found.view())
            .orElseThrow(
                () ->
                    new DuckherderException(
                        StandardErrorCode.OBJECT_NOT_FOUND,
                        "Cannot write %s: there is no such table; %s"
                            .formatted(text, source.availableTables())));
    return new WriteTarget(source, relation.schema(), relation.name());
  }

  /** The parts of a dotted name. */
  private static List<String> names(String text) {
    List<SqlToken> tokens = SqlScript.tokens(text);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      boolean name = i % 2 == 0;
      if (name ? tokens.get(i).name().isEmpty() : !tokens.get(i).isSign('.')) {
        names.clear();
        break;
      }
      if (name) {
        names.add(tokens.get(i).name());
      }
    }
    if (names.isEmpty() || tokens.size() % 2 == 0) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot write \"%s\": the option \"%s\" has to be the name of a table"
              .formatted(text, DuckherderOption.DBTABLE.key()));
    }
    return names;
  }
}

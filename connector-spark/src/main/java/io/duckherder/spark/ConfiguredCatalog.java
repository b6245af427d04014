package io.duckherder.spark;

import io.duckherder.spark.catalog.DuckDBCatalog;
import io.duckherder.spark.option.DuckherderOption;
import io.duckherder.spark.option.DuckherderOptions;
import io.duckherder.spark.source.ReadSource;
import io.duckherder.spark.source.SqlAccess;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/** A catalog as its configuration describes it. Driver-only. */
abstract class ConfiguredCatalog implements CatalogPlugin {
  private @Nullable Opened opened;

  /** What the configuration of a catalog says. */
  record Opened(
      String name,
      DuckherderOptions options,
      ReadSource source,
      SqlAccess sql,
      DuckDBCatalog catalog) {}

  @Override
  public final void initialize(String name, CaseInsensitiveStringMap given) {
    DuckherderOptions options = DuckherderOptions.ofCatalog(given.asCaseSensitiveMap());
    ReadSource source = Sources.of(options);
    SqlAccess sql = source.sql();
    Optional<String> database = options.value(DuckherderOption.DATABASE);
    DuckDBCatalog catalog =
        options.isCluster() && database.isEmpty()
            ? DuckDBCatalog.ofAll(sql)
            : DuckDBCatalog.ofOne(sql, database);
    opened = new Opened(name, options, source, sql, catalog);
  }

  final Opened opened() {
    return Objects.requireNonNull(opened, "Spark initializes a catalog before it uses it");
  }

  final DuckDBCatalog catalog() {
    return opened().catalog();
  }

  @Override
  public final String name() {
    return opened().name();
  }
}

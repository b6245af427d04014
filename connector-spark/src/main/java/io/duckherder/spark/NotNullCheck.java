package io.duckherder.spark;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.catalog.CatalogColumn;
import io.duckherder.spark.catalog.CatalogRelation;
import io.duckherder.spark.source.ReadSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the columns of a table that were NOT NULL when Spark loaded it still are: Spark's
 * optimizer counts on it, and a table may have changed since, where Spark does not load it again by
 * itself. Driver-only.
 */
final class NotNullCheck {
  private final List<String> columns;
  private final ReadSource source;
  private final Optional<Object> state;
  private final Supplier<Optional<CatalogRelation>> now;

  /**
   * The check of a table.
   *
   * @param loaded the table as Spark knows it
   * @param source where it is
   * @param state the source's state before it was loaded
   * @param now loads it again
   */
  NotNullCheck(
      CatalogRelation loaded,
      ReadSource source,
      Optional<Object> state,
      Supplier<Optional<CatalogRelation>> now) {
    this.columns = notNull(loaded);
    this.source = source;
    this.state = state;
    this.now = now;
  }

  /** Fails if a column may hold nulls by now. */
  void require() {
    boolean unchanged = state.isPresent() && state.equals(source.state());
    if (columns.isEmpty() || unchanged) {
      return;
    }
    List<String> still = now.get().map(NotNullCheck::notNull).orElse(List.of());
    for (String column : columns) {
      if (!still.contains(column)) {
        throw new DuckherderException(
            StandardErrorCode.FILE_CHANGED,
            ("Cannot read the table with its column \"%s\": it was NOT NULL when the table was"
                    + " loaded, and has changed since; load the table again")
                .formatted(column));
      }
    }
  }

  private static List<String> notNull(CatalogRelation relation) {
    return relation.columns().stream()
        .filter(CatalogColumn::notNull)
        .map(CatalogColumn::name)
        .toList();
  }
}

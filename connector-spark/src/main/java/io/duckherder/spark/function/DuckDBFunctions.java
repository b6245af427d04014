package io.duckherder.spark.function;

import io.duckherder.spark.source.SqlAccess;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;

/**
 * The functions of DuckDB that a Spark catalog offers: built-in scalar ones that give the same for
 * the same arguments, always. What depends on the session or the query is left out.
 */
public final class DuckDBFunctions {
  private static final String NAMES =
      """
      SELECT function_name FROM duckdb_functions()
      WHERE regexp_full_match(function_name, '[a-z][a-z_0-9]*')
        AND NOT regexp_matches(function_name, '^(current_|icu_|collate_|json_serialize|pg_|has_)')
        AND function_name NOT IN ('age', 'alias', 'typeof', 'version', 'cast_to_type', 'get_type')
      GROUP BY ALL
      HAVING bool_and(function_type = 'scalar' AND stability = 'CONSISTENT' AND internal)""";

  private DuckDBFunctions() {}

  /** Their names. */
  public static List<String> names(SqlAccess sql) {
    return sql.read(NAMES + " ORDER BY 1").stream()
        .map(row -> Objects.requireNonNull(row.get(0)))
        .toList();
  }

  /** The function of a name, if there is one. */
  public static Optional<UnboundFunction> find(String name, SqlAccess sql) {
    String lower = name.toLowerCase(Locale.ROOT);
    String query = "SELECT 1 FROM (" + NAMES + ") WHERE function_name = " + SqlText.literal(lower);
    return sql.read(query).isEmpty()
        ? Optional.empty()
        : Optional.of(new DuckDBFunction(lower, sql));
  }
}

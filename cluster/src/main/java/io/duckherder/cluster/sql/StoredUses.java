package io.duckherder.cluster.sql;

import io.duckherder.cluster.access.ClientFiles;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.snapshot.DatabaseVersion;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlScript;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The views and macros that use files which clients may not have, or files that are computed:
 * DuckDB puts their text in the place of their names. What clients make is looked at then; this is
 * about what a database file brings along, so the catalog is read once for the same databases. Safe
 * for use by many threads.
 */
final class StoredUses {
  private static final String DEFINITIONS =
      """
      SELECT system.main.lower(view_name), sql FROM system.main.duckdb_views() WHERE NOT internal
      UNION ALL
      SELECT system.main.lower(function_name), macro_definition FROM system.main.duckdb_functions()
      WHERE NOT internal AND macro_definition IS NOT NULL""";

  private final ClientFiles files;

  /** Replaced as a whole. */
  private volatile @Nullable Known known;

  private record Known(Map<String, String> databases, Set<String> names) {}

  StoredUses(ClientFiles files) {
    this.files = files;
  }

  /** What looks at the statements of a connection. */
  FileUses on(EngineConnection connection) {
    return new FileUses(connection.jdbc(), files, names(connection));
  }

  private Set<String> names(EngineConnection connection) {
    Map<String, String> databases = databases(connection.snapshot());
    Known found = known;
    if (found == null || !found.databases().equals(databases)) {
      found = new Known(databases, read(connection.jdbc()));
      known = found;
    }
    return found.names();
  }

  /** A managed database stays the same from snapshot to snapshot. */
  private static Map<String, String> databases(Snapshot snapshot) {
    return snapshot.databases().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> identity(entry.getValue())));
  }

  private static String identity(DatabaseVersion version) {
    return version instanceof SealedVersion sealed ? sealed.database() : version.toString();
  }

  private Set<String> read(Connection connection) {
    Map<String, Set<String>> definitions = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(DEFINITIONS)) {
      while (result.next()) {
        definitions
            .computeIfAbsent(result.getString(1), name -> new HashSet<>())
            .add(String.valueOf(result.getString(2)));
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
    Set<String> refused = new HashSet<>();
    // What uses a refused one is refused too.
    int before;
    do {
      before = refused.size();
      definitions.forEach(
          (name, texts) -> {
            if (texts.stream().anyMatch(sql -> !may(connection, sql, refused))) {
              refused.add(name);
            }
          });
    } while (refused.size() > before);
    return Set.copyOf(refused);
  }

  private boolean may(Connection connection, String sql, Set<String> refused) {
    try {
      new FileUses(connection, files, refused).require(SqlScript.plain(sql));
      return true;
    } catch (DuckherderException e) {
      return false;
    }
  }
}

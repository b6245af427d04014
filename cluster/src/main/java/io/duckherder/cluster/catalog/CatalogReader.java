package io.duckherder.cluster.catalog;

import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.session.SessionSettings;
import io.duckherder.sql.SqlText;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks DuckDB's catalog about the databases of the current snapshot. */
public final class CatalogReader {
  private final DuckDBEngine engine;
  private final ServedDatabases databases;

  public CatalogReader(DuckDBEngine engine, ServedDatabases databases) {
    this.engine = engine;
    this.databases = databases;
  }

  /** The rows of a question. {@code ${databases}} in it stands for the databases' names. */
  List<List<@Nullable Object>> rows(String sql, List<String> parameters) {
    return onConnection(connection -> rows(connection, sql, parameters));
  }

  /** Lends a connection to the current snapshot. */
  <T> T onConnection(Function<EngineConnection, T> work) {
    try (EngineConnection connection = engine.connect(databases.fresh(), SessionSettings.DEFAULT)) {
      return work.apply(connection);
    }
  }

  List<List<@Nullable Object>> rows(
      EngineConnection connection, String sql, List<String> parameters) {
    String names =
        connection.snapshot().databases().keySet().stream()
            .map(SqlText::literal)
            .collect(Collectors.joining(", "));
    try (PreparedStatement statement =
        connection.jdbc().prepareStatement(sql.replace("${databases}", names))) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setString(i + 1, parameters.get(i));
      }
      try (ResultSet result = statement.executeQuery()) {
        return rows(result);
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static List<List<@Nullable Object>> rows(ResultSet result) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        @Nullable Object value = result.getObject(i);
        row.add(value instanceof Array array ? Arrays.asList((Object[]) array.getArray()) : value);
      }
      rows.add(row);
    }
    return rows;
  }
}

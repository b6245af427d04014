package io.duckherder.cluster.demo;

import io.duckherder.cluster.client.RowSource;
import io.duckherder.error.DuckDBErrors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What DuckDB by itself, in one process, answers: what every other answer is held against. */
final class DuckDBOracle implements AutoCloseable {
  private final Connection connection;

  private DuckDBOracle(Connection connection) {
    this.connection = connection;
  }

  static DuckDBOracle open(Path file) {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    try {
      return new DuckDBOracle(DriverManager.getConnection("jdbc:duckdb:" + file, properties));
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  Answer answer(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData meta = result.getMetaData();
      List<RowSource.Column> columns = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(new RowSource.Column(meta.getColumnName(i), false));
      }
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>(columns.size());
        for (int i = 1; i <= columns.size(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return new Answer(columns, rows);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

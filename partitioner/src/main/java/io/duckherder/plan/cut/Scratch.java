package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.plan.ResultColumn;
import io.duckherder.plan.SqlTree;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The connection on which stages are tried out: trees become text, text becomes trees, and what a
 * statement gives is asked of DuckDB. Views over nothing stand for the rows of other stages.
 */
final class Scratch implements AutoCloseable {
  private final Connection connection;
  private final List<Integer> stages = new ArrayList<>();

  Scratch(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** The text of a query. */
  String print(JsonNode query) {
    return SqlTree.print(connection, Trees.statement(connection, query));
  }

  /** The query of a SELECT that is written out. */
  ObjectNode select(String sql) {
    return Trees.select(connection, sql);
  }

  /** A query in parentheses, as it stands in a FROM clause. */
  JsonNode derived(String sql, String alias, List<String> columns) {
    return select(
            "SELECT 1 FROM (%s) AS %s(%s)"
                .formatted(
                    sql,
                    SqlText.identifier(alias),
                    columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "))))
        .path("from_table");
  }

  /** The columns that a statement gives. */
  List<ResultColumn> describe(String sql) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ResultSetMetaData metadata = statement.getMetaData();
      List<ResultColumn> columns = new ArrayList<>();
      for (int i = 1; metadata != null && i <= metadata.getColumnCount(); i++) {
        columns.add(new ResultColumn(metadata.getColumnName(i), metadata.getColumnTypeName(i)));
      }
      return columns;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Columns with the labels of enumerations, which the driver leaves out of their types. */
  List<ResultColumn> withLabels(String sql, List<ResultColumn> columns) {
    if (columns.stream().noneMatch(column -> column.type().contains("ENUM"))) {
      return columns;
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("DESCRIBE " + sql)) {
      List<ResultColumn> described = new ArrayList<>();
      while (result.next()) {
        described.add(
            new ResultColumn(result.getString("column_name"), result.getString("column_type")));
      }
      return described;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Makes the rows of a stage known, for statements that read them to be prepared. */
  void add(Produced produced) {
    stages.add(produced.stage());
    execute(produced.emptyView(false));
    execute(produced.emptyView(true));
  }

  private void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  @Override
  public void close() {
    for (int stage : stages) {
      execute("DROP VIEW IF EXISTS temp.main." + Produced.name(stage, false));
      execute("DROP VIEW IF EXISTS temp.main." + Produced.name(stage, true));
    }
  }
}

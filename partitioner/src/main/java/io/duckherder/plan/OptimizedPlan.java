package io.duckherder.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckherderException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * DuckDB's optimised plan of a query, which {@code EXPLAIN (SQL)} writes as SQL again. It holds the
 * snapshot's statistics as facts, so it is good for that snapshot only.
 *
 * @param sql the plan as text
 * @param tree the plan as a tree
 */
record OptimizedPlan(String sql, ObjectNode tree) {

  /** The plan of a query, absent if DuckDB cannot write it. */
  static Optional<OptimizedPlan> of(Connection connection, String query) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("EXPLAIN (SQL) " + query)) {
      if (!result.next()) {
        return Optional.empty();
      }
      String sql = result.getString(2);
      if (sql.indexOf('\0') >= 0) {
        // The way over JSON would end the literal there.
        return Optional.empty();
      }
      return Optional.of(new OptimizedPlan(sql, SqlTree.parse(connection, sql)));
    } catch (SQLException | DuckherderException e) {
      return Optional.empty();
    }
  }
}

package io.duckherder.worker.engine;

import io.duckherder.plan.ResultColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** A prepared statement whose columns are in their Arrow forms; it may be run many times. */
record KeptStatement(PreparedStatement prepared, List<ResultColumn> columns) {

  /** Prepares a statement. */
  static KeptStatement of(Connection connection, String sql) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(sql);
    try {
      List<ResultColumn> columns = EngineConnection.columns(prepared);
      String exported = ArrowForm.apply(sql, columns);
      if (!exported.equals(sql)) {
        prepared.close();
        prepared = connection.prepareStatement(exported);
      }
      return new KeptStatement(prepared, columns);
    } catch (SQLException | RuntimeException e) {
      prepared.close();
      throw e;
    }
  }
}

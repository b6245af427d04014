package io.duckherder.cluster.functions;

import io.duckherder.error.DuckDBErrors;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBConnection;

/** The functions of the cluster that a statement calls, with what they give. */
public final class Definitions {
  private final List<FunctionTable> tables;
  private final List<FunctionScalar> scalars;

  Definitions(List<FunctionTable> tables, List<FunctionScalar> scalars) {
    this.tables = List.copyOf(tables);
    this.scalars = List.copyOf(scalars);
  }

  /** Whether the statement calls none. */
  public boolean isEmpty() {
    return tables.isEmpty() && scalars.isEmpty();
  }

  /** Makes them known on a connection. */
  public void define(DuckDBConnection connection) {
    try {
      for (FunctionTable table : tables) {
        table.define(connection);
      }
      for (FunctionScalar scalar : scalars) {
        scalar.define(connection);
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  /** Takes them back from a connection that lives on. */
  public void drop(DuckDBConnection connection) {
    tables.forEach(table -> table.drop(connection));
    scalars.forEach(scalar -> scalar.drop(connection));
  }
}

package io.duckherder.spark.source;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SQL over a file that this JVM opens; it is only read. */
final class FileSql implements SqlAccess {
  private final String path;
  private final Supplier<EngineConnection> connections;

  /**
   * SQL over a file.
   *
   * @param connections opens it, with the settings {@link SessionSettings#DEFAULT}
   */
  FileSql(String path, Supplier<EngineConnection> connections) {
    this.path = path;
    this.connections = connections;
  }

  @Override
  public List<List<@Nullable String>> read(String sql) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (EngineConnection connection = connections.get();
        Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  @Override
  public void write(List<String> statements) {
    throw readOnly();
  }

  @Override
  public List<List<@Nullable String>> call(String sql) {
    throw readOnly();
  }

  private DuckherderException readOnly() {
    return new DuckherderException(
        StandardErrorCode.READ_ONLY_DATABASE,
        ("Cannot change \"%s\": a catalog with the option \"path\" only reads; serve the file with"
                + " duckherder-cluster start --managed and give the catalog the option \"url\"")
            .formatted(path));
  }
}

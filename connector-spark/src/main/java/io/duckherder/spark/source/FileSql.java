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

/** SQL over a file that this JVM opens. */
final class FileSql implements SqlAccess {
  private final String path;
  private final FileWrites writes;
  private final Supplier<EngineConnection> connections;

  /**
   * SQL over a file.
   *
   * @param writes opens it to write it
   * @param connections opens it to read it, with the settings {@link SessionSettings#DEFAULT}
   */
  FileSql(String path, FileWrites writes, Supplier<EngineConnection> connections) {
    this.path = path;
    this.writes = writes;
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
    writes.transaction(
        connection -> {
          statements.forEach(connection::execute);
          return statements.size();
        });
  }

  @Override
  public List<List<@Nullable String>> call(String sql) {
    throw new DuckherderException(
        StandardErrorCode.UNSUPPORTED,
        ("Cannot run a procedure on \"%s\": those are of clusters; serve the file with"
                + " duckherder-cluster start --managed and give the catalog the option \"url\"")
            .formatted(path));
  }
}

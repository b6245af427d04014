package io.duckherder.spark.source;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SQL over a file that this JVM opens. What the catalog says is asked once for a state of it. */
final class FileSql implements SqlAccess {
  private final String path;
  private final FileWrites writes;
  private final LocalEngine local;
  private final Supplier<Snapshot> snapshot;

  /**
   * SQL over a file.
   *
   * @param writes opens it to write it
   * @param local opens it to read it
   * @param snapshot identifies it
   */
  FileSql(String path, FileWrites writes, LocalEngine local, Supplier<Snapshot> snapshot) {
    this.path = path;
    this.writes = writes;
    this.local = local;
    this.snapshot = snapshot;
  }

  @Override
  public List<List<@Nullable String>> read(String sql) {
    Snapshot state = snapshot.get();
    return local.catalogRows(state, sql, () -> rows(state, sql));
  }

  private List<List<@Nullable String>> rows(Snapshot state, String sql) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (EngineConnection connection = local.engine().connect(state, SessionSettings.DEFAULT);
        Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return Collections.unmodifiableList(rows);
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

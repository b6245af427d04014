package io.duckherder.cluster.answer;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.wire.BatchStream;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One DuckDB in this process over a file: what every other answer is held against. It gives its
 * rows in the Arrow forms of the cluster, so that types compare exactly.
 */
public final class SingleDuckDB implements AutoCloseable {
  private final RootAllocator allocator = new RootAllocator();
  private final DuckDBEngine engine;
  private final Snapshot snapshot;

  private SingleDuckDB(Snapshot snapshot, Path spill) {
    this.snapshot = snapshot;
    this.engine = new DuckDBEngine(ClusterRunner.engine(spill), allocator);
  }

  /** Opens a file under a name. */
  public static SingleDuckDB open(String name, Path file, Path spill) {
    return new SingleDuckDB(new Snapshot(Map.of(name, DuckDBEngine.identify(file))), spill);
  }

  /** What it may answer to a query. */
  public ExpectedAnswer expect(String sql) {
    return expect(sql, SessionSettings.DEFAULT);
  }

  /** What it may answer to a query of a session. */
  public ExpectedAnswer expect(String sql, SessionSettings settings) {
    try (EngineConnection connection = engine.connect(snapshot, settings)) {
      OrderedQuery query = OrderedQuery.of(connection.jdbc(), sql);
      try (BatchStream stream = engine.stream(connection, query.sql())) {
        Answer full = Answer.of(stream);
        int columns = full.columns().size() - query.added();
        return ExpectedAnswer.of(
            full, columns, keys(query, full.columns()), query.offset(), query.limit());
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static List<Integer> keys(OrderedQuery query, List<Field> columns) {
    if (query.everyColumnIsKey()) {
      return IntStream.range(0, columns.size()).boxed().toList();
    }
    List<Integer> keys = new ArrayList<>();
    for (Object key : query.keys()) {
      keys.add(key instanceof Integer index ? index : named(columns, (String) key));
    }
    return keys;
  }

  private static int named(List<Field> columns, String name) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).getName().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No column is called " + name));
  }

  @Override
  public void close() {
    engine.close();
    allocator.close();
  }
}

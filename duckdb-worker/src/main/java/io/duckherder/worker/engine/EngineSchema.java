package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import org.apache.arrow.vector.types.pojo.Schema;

/** The Arrow schema of a statement that is not run. */
final class EngineSchema {
  private EngineSchema() {}

  /**
   * DuckDB plans {@code LIMIT 0} to nothing, so this costs a plan. The few statements that cannot
   * stand in a FROM clause (EXPLAIN, a PIVOT without its values) are started and stopped.
   */
  static Schema of(DuckDBEngine engine, EngineConnection connection, String sql) {
    try {
      return schema(engine, connection, "SELECT * FROM (" + sql + "\n) LIMIT 0");
    } catch (DuckherderException e) {
      if (e.code() != StandardErrorCode.SYNTAX_ERROR && e.code() != StandardErrorCode.UNSUPPORTED) {
        throw e;
      }
      return schema(engine, connection, sql);
    }
  }

  private static Schema schema(DuckDBEngine engine, EngineConnection connection, String sql) {
    try (BatchStream stream = engine.stream(connection, sql)) {
      return stream.schema();
    }
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.sql.SqlScript;
import io.duckherder.worker.engine.EngineConnection;
import java.util.List;
import java.util.Optional;

/** A write with parameters on a connection, prepared once and run for each row of values. */
final class ParameterizedWrite {
  private static final String NAME = "duckherder_write";
  private static final int ROWS_AT_ONCE = 500;

  private final EngineConnection connection;
  private final String sql;
  private final StatementContext context;

  private ParameterizedWrite(EngineConnection connection, String sql, StatementContext context) {
    this.connection = connection;
    this.sql = sql;
    this.context = context;
  }

  /**
   * Runs a write once.
   *
   * @param parameters values as SQL, empty if the statement has none
   * @return the rows that it changed
   */
  static long run(
      EngineConnection connection, String sql, List<String> parameters, StatementContext context) {
    if (parameters.isEmpty()) {
      return context.interrupt().run(connection, sql);
    }
    connection.execute(prepare(sql));
    return new ParameterizedWrite(connection, sql, context).execute(parameters);
  }

  /**
   * Runs a write for each row of values; there is at least one value in a row.
   *
   * @param first the first rows
   * @return the rows that it changed
   */
  static long runAll(
      EngineConnection connection,
      String sql,
      List<List<String>> first,
      ParameterRows more,
      StatementContext context) {
    Optional<RowInsert> insert =
        RowInsert.of(sql).filter(found -> found.parameters() == first.get(0).size());
    if (insert.isEmpty()) {
      connection.execute(prepare(sql));
    }
    ParameterizedWrite write = new ParameterizedWrite(connection, sql, context);
    long changed = 0;
    Optional<List<List<String>>> rows = Optional.of(first);
    while (rows.isPresent()) {
      changed +=
          insert.isPresent()
              ? write.execute(insert.get(), rows.get())
              : rows.get().stream().mapToLong(write::execute).sum();
      rows = more.next();
    }
    return changed;
  }

  private long execute(RowInsert insert, List<List<String>> rows) {
    long changed = 0;
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      List<List<String>> some = rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE));
      changed += context.interrupt().run(connection, insert.sql(some));
    }
    return changed;
  }

  private static String prepare(String sql) {
    return "PREPARE " + NAME + " AS " + sql;
  }

  private long execute(List<String> values) {
    return context.interrupt().run(connection, SqlScript.execute(NAME, sql, values));
  }
}

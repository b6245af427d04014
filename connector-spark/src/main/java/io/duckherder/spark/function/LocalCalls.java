package io.duckherder.spark.function;

import io.duckherder.error.DuckDBErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are not pushed, evaluated by the DuckDB of {@link LocalDuckDB}, row by row. A task has
 * a connection for all its calls; on Spark's driver, outside of tasks, each call has its own.
 */
final class LocalCalls implements AutoCloseable {
  private static final ThreadLocal<LocalCalls> OF_TASK = new ThreadLocal<>();

  private final Connection connection;
  private final Map<String, Call> prepared = new HashMap<>();

  private LocalCalls(Connection connection) {
    this.connection = connection;
  }

  private record Call(FunctionSignature signature, DataType result, PreparedStatement statement) {}

  /**
   * The value of a call, as Spark keeps it.
   *
   * @param canonicalName of a function of DuckDB's
   * @param row its arguments
   * @param types their types
   */
  static @Nullable Object call(String canonicalName, InternalRow row, DataType[] types) {
    TaskContext task = TaskContext.get();
    try {
      if (task != null) {
        return ofTask(task, canonicalName).evaluate(canonicalName, row, types);
      }
      try (LocalCalls once = open(canonicalName)) {
        return once.evaluate(canonicalName, row, types);
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static LocalCalls ofTask(TaskContext task, String function) throws SQLException {
    LocalCalls calls = OF_TASK.get();
    if (calls == null) {
      LocalCalls opened = open(function);
      OF_TASK.set(opened);
      task.addTaskCompletionListener(
          context -> {
            OF_TASK.remove();
            opened.close();
          });
      return opened;
    }
    return calls;
  }

  private static LocalCalls open(String function) throws SQLException {
    return new LocalCalls(LocalDuckDB.connect(function));
  }

  private @Nullable Object evaluate(String canonicalName, InternalRow row, DataType[] types)
      throws SQLException {
    Call call = prepared.get(canonicalName);
    if (call == null) {
      call = prepare(FunctionSignature.ofCanonicalName(canonicalName).orElseThrow());
      prepared.put(canonicalName, call);
    }
    for (int i = 0; i < types.length; i++) {
      PlainValues.set(call.statement(), i, row, types[i], call.signature().arguments().get(i));
    }
    try (ResultSet result = call.statement().executeQuery()) {
      result.next();
      return PlainValues.get(result, call.result(), call.signature().result());
    }
  }

  private Call prepare(FunctionSignature signature) throws SQLException {
    String sql =
        "SELECT "
            + signature.sql(signature.arguments().stream().map(PlainValues::parameter).toList());
    return new Call(signature, signature.sparkType(), connection.prepareStatement(sql));
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

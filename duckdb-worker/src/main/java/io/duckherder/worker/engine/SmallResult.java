package io.duckherder.worker.engine;

import io.duckherder.plan.ResultColumn;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * All rows of a small statement. Whoever has it closes it, or the batch.
 *
 * @param schema the Arrow schema of the batch
 * @param columns the columns with their DuckDB types
 * @param batch the rows, absent if there are none
 */
public record SmallResult(
    Schema schema, List<ResultColumn> columns, Optional<ArrowRecordBatch> batch)
    implements AutoCloseable {
  public SmallResult {
    columns = List.copyOf(columns);
  }

  @Override
  public void close() {
    batch.ifPresent(ArrowRecordBatch::close);
  }
}

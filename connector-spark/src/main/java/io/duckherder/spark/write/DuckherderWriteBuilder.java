package io.duckherder.spark.write;

import io.duckherder.wire.write.CommitStep;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsOverwriteV2;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.types.StructType;

/** Collects what a write does to the rows that are there. Driver-only. */
public final class DuckherderWriteBuilder implements SupportsOverwriteV2 {
  private final WriteTarget target;
  private final StructType columns;
  private final LogicalWriteInfo info;
  private Optional<String> deleted = Optional.empty();

  /**
   * An append.
   *
   * @param columns those of the table
   */
  public DuckherderWriteBuilder(WriteTarget target, StructType columns, LogicalWriteInfo info) {
    this.target = target;
    this.columns = columns;
    this.info = info;
  }

  @Override
  public boolean canOverwrite(Predicate[] predicates) {
    return ExactConditions.of(predicates, columns).isPresent();
  }

  @Override
  public WriteBuilder overwrite(Predicate[] predicates) {
    deleted = Optional.of(ExactConditions.of(predicates, columns).orElseThrow());
    return this;
  }

  @Override
  public Write build() {
    CommitStep insert =
        StagedInsert.into(
            target, info.schema(), DeclaredColumns.of(target, columns, info.schema()));
    List<CommitStep> steps =
        deleted
            .map(
                condition ->
                    List.of(
                        CommitStep.plain(
                            "DELETE FROM %s WHERE %s".formatted(target.sql(), condition)),
                        insert))
            .orElse(List.of(insert));
    StreamingWrite stream =
        new DuckherderStreamingWrite(target, info.queryId(), info.schema(), steps);
    return new DuckherderWrite(
        new WriteJob(target),
        deleted.isPresent() ? "overwrite of" : "append to",
        info.schema(),
        steps,
        () -> {
          StreamedRows.requireTypes(info.schema(), columns, target);
          return stream;
        });
  }
}

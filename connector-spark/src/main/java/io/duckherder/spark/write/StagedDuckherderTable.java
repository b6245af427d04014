package io.duckherder.spark.write;

import io.duckherder.wire.write.CommitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table that is to be: made, or made anew, with its rows or not at all, by one transaction.
 * Driver-only.
 */
public final class StagedDuckherderTable implements StagedTable, SupportsWrite {
  private final String name;
  private final WriteJob job;
  private final StructType schema;
  private final List<String> definition;
  private Optional<CommitStep> insert = Optional.empty();

  /**
   * A table that is to be.
   *
   * @param name as users write it
   * @param definition the statements that make it
   */
  public StagedDuckherderTable(
      String name, WriteTarget target, Column[] columns, List<String> definition) {
    this.name = name;
    this.job = new WriteJob(target);
    this.schema =
        DataTypes.createStructType(
            Stream.of(columns)
                .map(
                    column ->
                        DataTypes.createStructField(
                            column.name(), column.dataType(), column.nullable()))
                .toArray(StructField[]::new));
    this.definition = List.copyOf(definition);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  @SuppressWarnings("deprecation") // columns() is made of it
  public StructType schema() {
    return schema;
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new Builder(info.schema());
  }

  /** The table has no rows yet: to overwrite it is to append to it. */
  private final class Builder implements SupportsTruncate {
    private final StructType rows;

    Builder(StructType rows) {
      this.rows = rows;
    }

    @Override
    public WriteBuilder truncate() {
      return this;
    }

    @Override
    public Write build() {
      insert = Optional.of(StagedInsert.into(job.target(), rows, schema));
      return new DuckherderWrite(job, "rows of the new table", rows, Optional.empty());
    }
  }

  @Override
  public void commitStagedChanges() {
    List<CommitStep> steps = new ArrayList<>();
    definition.forEach(sql -> steps.add(CommitStep.plain(sql)));
    insert.ifPresent(steps::add);
    job.commit(steps);
  }

  @Override
  public void abortStagedChanges() {
    job.abort();
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return job.metrics();
  }
}

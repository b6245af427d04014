package io.duckherder.spark.write;

import io.duckherder.snapshot.Snapshot;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.DeltaWrite;
import org.apache.spark.sql.connector.write.DeltaWriteBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.RowLevelOperationInfo;
import org.apache.spark.sql.connector.write.SupportsDelta;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A DELETE, UPDATE or MERGE whose rows Spark finds: it reads the table with its rowids, and gives
 * back what is to be done to which. Driver-only.
 */
public final class RowChanges implements SupportsDelta {
  private final WriteTarget target;
  private final StructType columns;
  private final String rowid;
  private final RowLevelOperationInfo info;
  private final Function<CaseInsensitiveStringMap, ScanBuilder> reads;
  private final Supplier<Optional<Snapshot>> read;

  /**
   * Changes of a table.
   *
   * @param columns those of the table
   * @param rowid the metadata column with the rowids
   * @param reads begins the read of the table
   * @param read what that read has read
   */
  public RowChanges(
      WriteTarget target,
      StructType columns,
      String rowid,
      RowLevelOperationInfo info,
      Function<CaseInsensitiveStringMap, ScanBuilder> reads,
      Supplier<Optional<Snapshot>> read) {
    this.target = target;
    this.columns = columns;
    this.rowid = rowid;
    this.info = info;
    this.reads = reads;
    this.read = read;
  }

  @Override
  public Command command() {
    return info.command();
  }

  @Override
  public String description() {
    return info.command() + " of " + target.sql();
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return reads.apply(options);
  }

  @Override
  public NamedReference[] rowId() {
    return new NamedReference[] {Expressions.column(rowid)};
  }

  @Override
  public DeltaWriteBuilder newWriteBuilder(LogicalWriteInfo write) {
    return new DeltaWriteBuilder() {
      @Override
      public DeltaWrite build() {
        return new DuckherderDeltaWrite(new WriteJob(target), write.schema(), columns, read);
      }
    };
  }
}

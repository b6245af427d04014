package io.duckherder.spark;

import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A DuckDB table, view or query as Spark sees it. Driver-only. */
final class DuckherderTable implements SupportsRead {
  /** Spark 4.0 has no joins to push. */
  private static final boolean TAKES_JOINS = takesJoins();

  private final StructType schema;
  private final DuckherderRead read;

  DuckherderTable(StructType schema, DuckherderRead read) {
    this.schema = schema;
    this.read = read;
  }

  @Override
  public String name() {
    return "duckherder " + read.description();
  }

  @Override
  @SuppressWarnings("deprecation") // columns() would lose the metadata with the DuckDB types
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return TAKES_JOINS
        ? new DuckherderJoinScanBuilder(schema, read)
        : new DuckherderScanBuilder(schema, read);
  }

  private static boolean takesJoins() {
    try {
      Class.forName("org.apache.spark.sql.connector.read.SupportsPushDownJoin");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}

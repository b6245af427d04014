package io.duckherder.spark;

import java.util.Optional;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/**
 * One run of a scan. Driver-only.
 *
 * @param scan what it reads
 * @param runtimeFilter which rows of it, where Spark knows more than when it made the scan
 */
record DuckherderBatch(DuckherderScan scan, Optional<String> runtimeFilter) implements Batch {
  @Override
  public InputPartition[] planInputPartitions() {
    return scan.planned(runtimeFilter).partitions().toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new DuckherderPartitionReaderFactory(scan.source(), scan.readSchema());
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag$;

/** What crosses from Spark's driver to executors survives both of Spark's serialisers. */
@ExtendWith(SparkExtension.class)
final class TestSerialization {
  @TempDir Path folder;

  static Stream<Serializer> serializers() {
    SparkConf conf = new SparkConf();
    return Stream.of(new JavaSerializer(conf), new KryoSerializer(conf));
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void readsWithAPartitionAndFactoryThatWereSerialised(Serializer serializer) throws Exception {
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("s.duckdb"), "CREATE TABLE t AS SELECT range AS i FROM range(10)");
    Dataset<Row> rows =
        spark().read().format("duckherder").option("dbtable", "t").load(file.toString());
    BatchScanExec exec = (BatchScanExec) rows.queryExecution().sparkPlan().collectLeaves().head();
    Batch batch = exec.batch();
    List<InputPartition> partitions = List.of(batch.planInputPartitions());
    assertThat(partitions).hasSize(1);
    InputPartition partition = copy(serializer, partitions.get(0));
    PartitionReaderFactory factory = copy(serializer, batch.createReaderFactory());
    assertThat(partition).isNotSameAs(partitions.get(0));
    long sum = 0;
    try (PartitionReader<ColumnarBatch> reader = factory.createColumnarReader(partition)) {
      while (reader.next()) {
        for (int i = 0; i < reader.get().numRows(); i++) {
          sum += reader.get().column(0).getLong(i);
        }
      }
    }
    assertThat(sum).isEqualTo(45);
  }

  private static <T extends Serializable> T copy(Serializer serializer, T object) {
    var instance = serializer.newInstance();
    var tag = ClassTag$.MODULE$.<T>apply(Serializable.class);
    return instance.deserialize(instance.serialize(object, tag), tag);
  }
}

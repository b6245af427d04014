package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one task gave is kept for a moment, if it was little. Tasks here read their partition twice,
 * and the file changes in between: so DuckDB would refuse it.
 */
@ExtendWith(SparkExtension.class)
final class TestKeptAnswers {
  @TempDir Path folder;

  private DuckDBFile file;

  @BeforeEach
  void make() {
    file =
        DuckDBFile.create(
            folder.resolve("kept.duckdb"),
            """
            CREATE TABLE t AS SELECT i, i % 7 AS k, 'text ' || (i % 3) AS s, [i, NULL] AS l,
              {'a': i, 'b': MAP {'m': s}} AS st, (i / 7)::DECIMAL(30, 3) AS d,
              CASE WHEN i % 2 = 0 THEN TIMESTAMP '2020-01-01' + to_seconds(i) END AS ts
            FROM range(100000) r(i)""");
  }

  private Dataset<Row> rows() {
    return spark()
        .read()
        .format("duckherder")
        .option("path", file.toString())
        .option("dbtable", "t")
        .option("partitions", "1")
        .load();
  }

  @Test
  void anActionGetsTheSameRowsAgain() {
    twice(rows().where("i < 500")).run(500);
    twice(rows().groupBy("k").agg(Map.of("d", "sum", "i", "max"))).run(7);
  }

  @Test
  void muchIsReadAgain() {
    assertThatThrownBy(() -> twice(rows()).run(100_000))
        .hasStackTraceContaining("the file changed");
  }

  @Test
  void anotherActionAsksAgain() throws IOException {
    Dataset<Row> few = rows().where("i < 500");
    assertThat(few.collectAsList()).hasSize(500);
    change(file.path());
    assertThatThrownBy(few::collectAsList).hasMessageContaining("the file changed");
  }

  private Twice twice(Dataset<Row> rows) {
    BatchScanExec scan =
        (BatchScanExec)
            ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .sparkPlan()
                .collectLeaves()
                .head();
    Batch batch = scan.batch();
    return new Twice(
        batch.createReaderFactory(),
        batch.planInputPartitions()[0],
        scan.scan().readSchema(),
        file.toString());
  }

  private static void change(Path path) throws IOException {
    FileTime time = Files.getLastModifiedTime(path);
    Files.setLastModifiedTime(path, FileTime.fromMillis(time.toMillis() - 10_000));
  }

  /** Reads a partition in a task, changes the file, and reads it again. */
  private record Twice(
      PartitionReaderFactory factory, InputPartition partition, StructType schema, String path)
      implements Serializable {
    void run(int rows) {
      spark()
          .range(0, 1, 1, 1)
          .foreachPartition(
              (ForeachPartitionFunction<Long>)
                  one -> {
                    List<UnsafeRow> first = read();
                    assertThat(first).hasSize(rows);
                    change(Path.of(path));
                    assertThat(read()).isEqualTo(first);
                  });
    }

    private List<UnsafeRow> read() throws IOException {
      UnsafeProjection copies = UnsafeProjection.create(schema);
      List<UnsafeRow> rows = new ArrayList<>();
      try (PartitionReader<ColumnarBatch> reader = factory.createColumnarReader(partition)) {
        while (reader.next()) {
          for (Iterator<InternalRow> row = reader.get().rowIterator(); row.hasNext(); ) {
            rows.add(copies.apply(row.next()).copy());
          }
        }
      }
      return rows;
    }
  }
}

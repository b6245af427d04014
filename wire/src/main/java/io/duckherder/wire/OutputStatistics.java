package io.duckherder.wire;

import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What became of a fragment that keeps its rows on its worker: the one row of its stream.
 *
 * @param rows rows that it keeps
 * @param bytes about how many bytes they are: the widths of their types, text as long as in the
 *     first rows
 * @param millis how long the fragment ran, the time for its inputs included
 * @param pulledRows rows that came from other workers for it, or that it found here because another
 *     fragment had asked for them
 * @param pulledBytes their bytes in Arrow's memory
 * @param pullMillis how long it waited for its inputs
 */
public record OutputStatistics(
    long rows, long bytes, long millis, long pulledRows, long pulledBytes, long pullMillis) {
  private static final List<String> COLUMNS =
      List.of("rows", "bytes", "millis", "pulled_rows", "pulled_bytes", "pull_millis");

  /** The schema of the stream; all columns are BIGINT. */
  public static final Schema SCHEMA =
      new Schema(
          COLUMNS.stream()
              .map(
                  name -> new Field(name, FieldType.notNullable(new ArrowType.Int(64, true)), null))
              .toList());

  /** Reads the row. */
  public static OutputStatistics read(VectorSchemaRoot root) {
    return new OutputStatistics(
        value(root, 0),
        value(root, 1),
        value(root, 2),
        value(root, 3),
        value(root, 4),
        value(root, 5));
  }

  /** Makes this the one row of a batch. */
  public void write(VectorSchemaRoot root) {
    long[] values = {rows, bytes, millis, pulledRows, pulledBytes, pullMillis};
    root.allocateNew();
    for (int i = 0; i < values.length; i++) {
      ((BigIntVector) root.getVector(i)).set(0, values[i]);
    }
    root.setRowCount(1);
  }

  private static long value(VectorSchemaRoot root, int column) {
    return ((BigIntVector) root.getVector(column)).get(0);
  }
}

package io.duckherder.spark.write;

import io.duckherder.sql.SqlText;
import io.duckherder.wire.write.CommitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a staged row does to a table. It is told by two columns before those of the table: what to
 * do, and the rowid of the row that it is done to.
 */
enum RowChange {
  DELETE,
  UPDATE,
  INSERT;

  private static final String KIND = "duckherder.kind";
  private static final String ROWID = "duckherder.rowid";

  /** The staged columns for a table's. */
  static StructType staged(StructType columns) {
    return DataTypes.createStructType(
        Stream.concat(
                Stream.of(
                    DataTypes.createStructField(KIND, DataTypes.IntegerType, false),
                    DataTypes.createStructField(ROWID, DataTypes.LongType, true)),
                Stream.of(columns.fields()))
            .toArray(StructField[]::new));
  }

  /**
   * The statement that does it. It fails if it writes a column that has another type by then.
   *
   * @param rows the columns that Spark gives
   * @param columns those of the table
   * @param count how many staged rows do this
   */
  CommitStep step(WriteTarget target, StructType rows, StructType columns, long count) {
    String table = target.sql();
    String staged = "%s WHERE %s = %d".formatted(CommitStep.STAGED, quoted(KIND), ordinal());
    String sql =
        switch (this) {
          case DELETE ->
              "DELETE FROM %s WHERE rowid IN (SELECT %s FROM %s)"
                  .formatted(table, quoted(ROWID), staged);
          case UPDATE -> update(table, rows, columns, staged);
          case INSERT -> StagedInsert.sql(table, rows, columns, staged);
        };
    CommitStep step = CommitStep.reading(sql).changing(count);
    return this == DELETE ? step : StagedInsert.giving(step, target, rows, columns);
  }

  private static String update(String table, StructType rows, StructType columns, String staged) {
    List<String> values = new ArrayList<>(List.of(quoted(ROWID) + " AS r"));
    List<String> assignments = new ArrayList<>();
    for (StructField row : rows.fields()) {
      String alias = "c" + assignments.size();
      values.add(StagedInsert.value(row.name(), columns) + " AS " + alias);
      assignments.add(quoted(row.name()) + " = s." + alias);
    }
    return "UPDATE %s AS t SET %s FROM (SELECT %s FROM %s) s WHERE t.rowid = s.r"
        .formatted(table, String.join(", ", assignments), String.join(", ", values), staged);
  }

  private static String quoted(String name) {
    return SqlText.identifier(name);
  }
}

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
   * The statements that do it. They fail if they write a column that has another type by then.
   *
   * @param rows the columns that Spark gives
   * @param columns those of the table
   * @param count how many staged rows do this
   */
  List<CommitStep> steps(WriteTarget target, StructType rows, StructType columns, long count) {
    String table = target.sql();
    String staged = "%s WHERE %s = %d".formatted(CommitStep.STAGED, quoted(KIND), ordinal());
    return switch (this) {
      case DELETE ->
          List.of(
              CommitStep.reading(
                      "DELETE FROM %s WHERE rowid IN (SELECT %s FROM %s)"
                          .formatted(table, quoted(ROWID), staged))
                  .changing(count));
      case UPDATE -> {
        String given = given(rows, columns, staged);
        List<CommitStep> steps = new ArrayList<>();
        steps.add(giving(update(table, given, rows), target, rows, columns, count));
        UnseenUpdates.sql(table, given, rows, columns)
            .forEach(sql -> steps.add(CommitStep.reading(sql)));
        yield steps;
      }
      case INSERT ->
          List.of(
              giving(StagedInsert.sql(table, rows, columns, staged), target, rows, columns, count));
    };
  }

  private static CommitStep giving(
      String sql, WriteTarget target, StructType rows, StructType columns, long count) {
    return StagedInsert.giving(CommitStep.reading(sql).changing(count), target, rows, columns);
  }

  /** The staged rows with the rowid {@code r} and the values for the table's columns. */
  private static String given(StructType rows, StructType columns, String staged) {
    List<String> values = new ArrayList<>(List.of(quoted(ROWID) + " AS r"));
    for (StructField row : rows.fields()) {
      String alias = UnseenUpdates.alias(values.size() - 1);
      values.add(StagedInsert.value(row.name(), columns) + " AS " + alias);
    }
    return "(SELECT %s FROM %s) s".formatted(String.join(", ", values), staged);
  }

  private static String update(String table, String given, StructType rows) {
    List<String> assignments = new ArrayList<>();
    for (StructField row : rows.fields()) {
      String alias = UnseenUpdates.alias(assignments.size());
      assignments.add(quoted(row.name()) + " = s." + alias);
    }
    return "UPDATE %s AS t SET %s FROM %s WHERE t.rowid = s.r"
        .formatted(table, String.join(", ", assignments), given);
  }

  private static String quoted(String name) {
    return SqlText.identifier(name);
  }
}

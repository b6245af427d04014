package io.duckherder.plan;

import io.duckherder.layout.RowRange;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Runs a plan's stages one after the other in one DuckDB: what a cluster would answer. */
final class PlanRun implements AutoCloseable {
  private final Connection connection;
  private final QueryPlan plan;
  private final List<String> made = new ArrayList<>();

  PlanRun(Connection connection, QueryPlan plan) {
    this.connection = connection;
    this.plan = plan;
  }

  /** Makes the table {@code temp.main.answer}, in the order of the answer. */
  void run() throws SQLException {
    for (Stage stage : plan.stages()) {
      run(stage);
    }
    String last = "temp.main.stage_" + plan.last().number();
    ResultAssembly assembly = plan.assembly();
    if (assembly instanceof ResultAssembly.Combination combination) {
      execute("CREATE OR REPLACE TEMP VIEW " + combination.input() + " AS " + rows(plan.last()));
      execute("CREATE OR REPLACE TEMP TABLE answer AS " + combination.sql());
    } else if (assembly instanceof ResultAssembly.SortedMerge merge) {
      String key = keyColumn(last);
      execute(
          "CREATE OR REPLACE TEMP TABLE answer AS SELECT * EXCLUDE (%1$s) FROM %2$s ORDER BY %1$s ASC"
                  .formatted(SqlText.identifier(key), last)
              + (merge.limit().isPresent() ? " LIMIT " + merge.limit().getAsLong() : "")
              + " OFFSET "
              + merge.offset());
    } else {
      ResultAssembly.Concatenation all = (ResultAssembly.Concatenation) assembly;
      execute(
          "CREATE OR REPLACE TEMP TABLE answer AS FROM "
              + last
              + (all.limit().isPresent() ? " LIMIT " + all.limit().getAsLong() : "")
              + " OFFSET "
              + all.offset());
    }
  }

  private String keyColumn(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("FROM " + table + " LIMIT 0")) {
      return result.getMetaData().getColumnName(result.getMetaData().getColumnCount());
    }
  }

  private void run(Stage stage) throws SQLException {
    String table = "temp.main.stage_" + stage.number();
    boolean first = true;
    List<Stage.Task> tasks = new ArrayList<>(stage.tasks());
    if (stage != plan.last() || plan.assembly() instanceof ResultAssembly.Combination) {
      // Only of the last stage's tasks do rows go on in their order.
      Collections.reverse(tasks);
    }
    for (Stage.Task task : tasks) {
      for (Stage.Input input : stage.inputs()) {
        String bucket =
            input.byBucket()
                ? " WHERE " + Fragment.BUCKET + " = " + task.bucket().orElseThrow()
                : "";
        execute(
            "CREATE OR REPLACE TEMP VIEW "
                + input.name()
                + " AS "
                + rows(plan.stages().get(index(input.stage())))
                + bucket);
      }
      RowRange range = task.range().orElse(RowRange.ALL);
      execute("SET VARIABLE " + Fragment.FIRST_ROW + " = " + range.from() + "::BIGINT");
      execute("SET VARIABLE " + Fragment.END_ROW + " = " + range.to() + "::BIGINT");
      execute("SET VARIABLE " + Fragment.BUCKET + " = " + task.bucket().orElse(0) + "::UBIGINT");
      execute(
          (first ? "CREATE TEMP TABLE " + table + " AS " : "INSERT INTO " + table + " ")
              + task.sql());
      first = false;
      for (Stage.Input input : stage.inputs()) {
        execute("DROP VIEW temp.main." + input.name());
      }
    }
    made.add(table);
  }

  private int index(int number) {
    for (int i = 0; i < plan.stages().size(); i++) {
      if (plan.stages().get(i).number() == number) {
        return i;
      }
    }
    throw new IllegalStateException("No stage " + number);
  }

  /** All rows of a stage; the bucket goes along where views filter by it. */
  private static String rows(Stage stage) {
    List<String> names = new ArrayList<>();
    stage.columns().forEach(column -> names.add(SqlText.identifier(column.name())));
    return "SELECT %s FROM temp.main.stage_%d".formatted(String.join(", ", names), stage.number());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new SQLException(e.getMessage() + "\nin: " + sql, e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (String table : made) {
      execute("DROP TABLE IF EXISTS " + table);
    }
    execute("DROP TABLE IF EXISTS temp.main.answer");
  }
}

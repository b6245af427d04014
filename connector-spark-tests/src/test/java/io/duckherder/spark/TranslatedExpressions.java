package io.duckherder.spark;

import io.duckherder.spark.expression.ExpressionTranslator;
import io.duckherder.spark.expression.TypedSql;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.expressions.filter.Predicate;

/** Expressions over the {@link TroublesomeTable} as the connector translates them. */
record TranslatedExpressions(SparkSession session, TroublesomeTable table) {
  private static final int SHOWN = 5;

  /** An expression in DuckDB's SQL, if it is translated; its type must be Spark's. */
  Optional<String> value(String expression) {
    SparkExpression found = SparkExpression.parse(session, expression, TroublesomeTable.UNPUSHED);
    Optional<TypedSql> sql =
        found.v2().flatMap(new ExpressionTranslator(found.schema())::translate);
    sql.filter(typed -> !typed.type().equals(found.type()))
        .ifPresent(
            typed -> {
              throw new AssertionError(
                  "%s is %s, not %s".formatted(expression, found.type(), typed.type()));
            });
    return sql.map(TypedSql::sql);
  }

  /** A condition in DuckDB's SQL, if it is translated. */
  Optional<String> condition(String condition) {
    SparkExpression found = SparkExpression.parse(session, condition, TroublesomeTable.UNPUSHED);
    return found
        .v2()
        .filter(Predicate.class::isInstance)
        .map(Predicate.class::cast)
        .flatMap(new ExpressionTranslator(found.schema())::condition);
  }

  /** Those of some expressions of which DuckDB's values are not Spark's, and where they differ. */
  List<String> differences(List<String> expressions) {
    Map<String, String> translated = new LinkedHashMap<>();
    expressions.forEach(
        expression -> value(expression).ifPresent(sql -> translated.put(expression, sql)));
    List<Row> plain = ordered(session.sql(select(translated.keySet()) + TroublesomeTable.PLAIN));
    List<Row> duckdb = ordered(table.query(session, select(translated.values()) + "t"));
    List<String> different = new ArrayList<>();
    int column = 0;
    for (Map.Entry<String, String> entry : translated.entrySet()) {
      column++;
      List<String> values = new ArrayList<>();
      for (int i = 0; i < plain.size() && values.size() < SHOWN; i++) {
        String right = Values.text(plain.get(i).get(column));
        String found = Values.text(duckdb.get(i).get(column));
        if (!right.equals(found)) {
          values.add("row %d: %s, not %s".formatted(i, found, right));
        }
      }
      if (!values.isEmpty()) {
        different.add(entry.getKey() + "\n  " + entry.getValue() + "\n  " + values);
      }
    }
    return different;
  }

  /** What comes of one expression alone over some rows, in DuckDB and in Spark. */
  List<Answer> answers(String expression, String rows) {
    String sql = value(expression).orElseThrow();
    return List.of(
        Answer.of(() -> table.query(session, select(List.of(sql)) + "t WHERE " + rows)),
        Answer.of(
            () ->
                session.sql(
                    select(List.of(expression)) + TroublesomeTable.PLAIN + " WHERE " + rows)));
  }

  private static String select(Iterable<String> expressions) {
    StringBuilder sql = new StringBuilder("SELECT id");
    int column = 0;
    for (String expression : expressions) {
      sql.append(", ").append(expression).append(" AS v").append(column++);
    }
    return sql + " FROM ";
  }

  private static List<Row> ordered(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.getInt(0)))
        .toList();
  }
}

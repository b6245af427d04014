package io.duckherder.spark;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.util.V2ExpressionBuilder;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * An expression of Spark's SQL, as Spark hands it over to sources.
 *
 * @param v2 empty if Spark keeps it to itself
 * @param type the type that it has in Spark
 * @param schema of the view that it is about
 */
record SparkExpression(Optional<Expression> v2, DataType type, StructType schema) {
  static SparkExpression parse(SparkSession session, String sql, String view) {
    var plan = session.sql("SELECT " + sql + " AS v FROM " + view).queryExecution().optimizedPlan();
    Alias alias = (Alias) ((Project) plan).projectList().head();
    return new SparkExpression(
        build(alias.child()), alias.child().dataType(), session.table(view).schema());
  }

  private static Optional<Expression> build(
      org.apache.spark.sql.catalyst.expressions.Expression expression) {
    if (hasFailedConstant(expression)) {
      return Optional.empty();
    }
    try {
      var built = new V2ExpressionBuilder(expression, false).build();
      return built.isEmpty() ? Optional.empty() : Optional.of(built.get());
    } catch (AssertionError | ArithmeticException e) {
      // Spark's own: it takes a null among the operands of AND for no condition, and folds what
      // is constant, whether or not that fails.
      return Optional.empty();
    }
  }

  /**
   * Whether a plan has a constant that cannot be computed. Spark 4.2 never ends translating one for
   * sources: it folds it again and again.
   */
  static boolean hasFailedConstant(LogicalPlan plan) {
    return asJava(plan.expressions()).stream().anyMatch(SparkExpression::hasFailedConstant)
        || asJava(plan.children()).stream().anyMatch(SparkExpression::hasFailedConstant);
  }

  private static boolean hasFailedConstant(
      org.apache.spark.sql.catalyst.expressions.Expression expression) {
    return (expression.foldable() && !(expression instanceof Literal))
        || asJava(expression.children()).stream().anyMatch(SparkExpression::hasFailedConstant);
  }
}

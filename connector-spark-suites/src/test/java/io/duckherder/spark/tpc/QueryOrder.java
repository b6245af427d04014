package io.duckherder.spark.tpc;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;
import scala.jdk.javaapi.CollectionConverters;

/** What a query's rows are ordered by. */
final class QueryOrder {
  private QueryOrder() {}

  /** The columns that the rows are ordered by, up to the first that the query does not give. */
  static List<Integer> columns(Dataset<Row> query) {
    LogicalPlan analyzed = ((org.apache.spark.sql.classic.Dataset<Row>) query).logicalPlan();
    List<Attribute> output = CollectionConverters.asJava(analyzed.output());
    LogicalPlan plan = analyzed;
    while (!(plan instanceof Sort)) {
      if (plan instanceof WithCTE with) {
        plan = with.plan();
      } else if (plan.children().size() == 1) {
        plan = plan.children().head();
      } else {
        return List.of();
      }
    }
    List<Integer> columns = new ArrayList<>();
    for (SortOrder order : CollectionConverters.asJava(((Sort) plan).order())) {
      int column = output.stream().map(Attribute::exprId).toList().indexOf(exprId(order));
      if (column < 0) {
        break;
      }
      columns.add(column);
    }
    return columns;
  }

  private static Object exprId(SortOrder order) {
    return order.child() instanceof Attribute attribute ? attribute.exprId() : order;
  }
}

package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;

/** In which order the rows of a query come, where that can be told. */
final class RowOrder {
  private RowOrder() {}

  /** Whether DuckDB alone gives the rows of a query in an order that can be relied on. */
  static boolean ordersRows(Query query) {
    if (query instanceof SetOperation operation) {
      return operation.unionAll || operation.sorted;
    }
    if (!(query instanceof Select select) || !select.orders.isEmpty()) {
      return true;
    }
    if (select.grouping.isPresent() || select.distinct.isPresent()) {
      return false;
    }
    if (select.from instanceof Derived derived) {
      return ordersRows(derived.query);
    }
    return !(select.from instanceof CteScan scan) || ordersRows(scan.cte.body);
  }

  /** Whether the rows of a query come sorted. */
  static boolean carriesOrder(Query query) {
    if (query instanceof SetOperation operation) {
      return operation.sorted;
    }
    return query instanceof Select select
        && (!select.orders.isEmpty() || carriesOrderInside(select));
  }

  /** Whether the rows that a query passes on come sorted. */
  static boolean carriesOrderInside(Select select) {
    return select.orders.isEmpty()
        && select.grouping.isEmpty()
        && select.distinct.isEmpty()
        && (select.from instanceof Derived derived
            ? carriesOrder(derived.query)
            : select.from instanceof CteScan scan && carriesOrder(scan.cte.body));
  }
}

package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;

/**
 * In which order the rows of a query come, where that can be told: sorted, or as DuckDB alone gives
 * them, which is the order of insertion wherever nothing groups them.
 */
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

  /**
   * Whether a query limits its rows by the order in which they come, and that is the one of the
   * rows that it reads.
   */
  static boolean limitsRowsInOrder(Select select) {
    return select.limit.isPresent()
        && select.orders.isEmpty()
        && select.grouping.isEmpty()
        && select.distinct.isEmpty();
  }

  /**
   * Whether a join is how DuckDB reads a table's first rows where there are few: it limits their
   * rowids, and then looks only those up.
   */
  static boolean looksUpFirstRows(Join join) {
    return (join.kind == JoinKind.SEMI && limitsRowids(join.right, join, "left"))
        || (join.kind == JoinKind.RIGHT_SEMI && limitsRowids(join.left, join, "right"));
  }

  private static boolean limitsRowids(Relation rows, Join join, String side) {
    return rows instanceof Derived derived
        && derived.query instanceof Select select
        && limitsRowsInOrder(select)
        && join.conditions.size() == 1
        && Columns.equated(join.conditions.get(0), side)
            .filter(column -> column.column().equals("rowid"))
            .isPresent();
  }

  /** Whether a query limits rows that come in no order, so that it may give others each time. */
  static boolean limitsUnordered(Query query) {
    return query instanceof Select select
        && select.limit.isPresent()
        && select.orders.isEmpty()
        && isUnordered(select);
  }

  private static boolean isUnordered(Query query) {
    if (query instanceof SetOperation operation) {
      return !operation.sorted
          && (!operation.unionAll || operation.children.stream().anyMatch(RowOrder::isUnordered));
    }
    if (!(query instanceof Select select) || !select.orders.isEmpty()) {
      return false;
    }
    if (select.grouping.isPresent()) {
      return !select.grouping.get().keys().isEmpty();
    }
    return select.distinct.isPresent() || isUnordered(select.from);
  }

  private static boolean isUnordered(Relation relation) {
    if (relation instanceof Join join) {
      return isUnordered(join.left) || isUnordered(join.right);
    }
    return relation instanceof Derived derived
        ? isUnordered(derived.query)
        : relation instanceof CteScan scan && isUnordered(scan.cte.body);
  }

  /** Whether the rows that a query passes on come sorted. */
  private static boolean carriesOrderInside(Select select) {
    return select.orders.isEmpty()
        && select.grouping.isEmpty()
        && select.distinct.isEmpty()
        && (select.from instanceof Derived derived
            ? carriesOrder(derived.query)
            : select.from instanceof CteScan scan && carriesOrder(scan.cte.body));
  }
}

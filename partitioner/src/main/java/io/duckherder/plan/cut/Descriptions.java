package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Relation.Scan;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Says in a few words what a stage does, for EXPLAIN. */
final class Descriptions {
  private Descriptions() {}

  static String of(Region region) {
    return operation(region) + " " + division(region.scheme());
  }

  private static String operation(Region region) {
    if (!(region.query() instanceof Select select)) {
      return region.query() instanceof Query.SetOperation ? "set operation" : "query";
    }
    String half = region.half() ? "first half of " : "";
    if (select.grouping.isPresent()) {
      return half + "aggregation";
    }
    if (select.distinct.isPresent()) {
      return half + "distinct";
    }
    if (!select.windows.isEmpty()) {
      return half + "windows";
    }
    if (select.limit.isPresent()) {
      return half + (select.orders.isEmpty() ? "limit" : "top rows");
    }
    return Walk.leaves(select).size() > 1 ? "join" : "scan";
  }

  private static String division(Scheme scheme) {
    return switch (scheme.kind()) {
      case SINGLE -> "in one task";
      case ROWS -> "by rows of " + name(scheme.driving().orElseThrow());
      case RANGES -> "by ranges of " + keys(scheme);
      case BUCKETS -> "by buckets of " + keys(scheme);
      case EXCHANGE -> "by buckets of its groups";
    };
  }

  private static String keys(Scheme scheme) {
    return scheme.divided().stream()
        .map(leaf -> name(leaf))
        .distinct()
        .sorted(Comparator.naturalOrder())
        .collect(Collectors.joining(", "));
  }

  private static String name(Named leaf) {
    return leaf instanceof Scan scan ? scan.table.table() : ((Relation.CteScan) leaf).cte.name;
  }
}

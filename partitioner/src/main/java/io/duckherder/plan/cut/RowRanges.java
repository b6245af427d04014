package io.duckherder.plan.cut;

import io.duckherder.layout.RowRange;
import io.duckherder.plan.cut.Relation.Scan;
import java.util.List;

/** Gives the ranges of a table's rows that the tasks of a region read; at least one. */
interface RowRanges {
  List<RowRange> of(Scan scan, Query region);
}

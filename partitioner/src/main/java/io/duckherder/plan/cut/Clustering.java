package io.duckherder.plan.cut;

import io.duckherder.layout.TableName;
import java.util.List;
import java.util.Optional;

/** Tells by which columns a table's rows lie in order, from its row groups' statistics. */
interface Clustering {
  /**
   * Values that divide a table's rows into ranges of like size, each of which lies in few row
   * groups; absent if no such values are known.
   *
   * @param column the position of the column
   * @param ranges how many ranges are wanted
   * @return the first value of each range but the first, ascending
   */
  Optional<List<Long>> boundaries(TableName table, int column, int ranges);
}

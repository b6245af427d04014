package io.duckherder.plan;

import io.duckherder.layout.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What a request reads from, as it is in one snapshot.
 *
 * @param from what stands after FROM
 * @param columns its columns
 * @param table the table that it is, or whose rows it gives as they are
 */
record ReadRelation(NamedRelation from, List<ResultColumn> columns, Optional<TableName> table) {
  ReadRelation {
    columns = List.copyOf(columns);
  }
}

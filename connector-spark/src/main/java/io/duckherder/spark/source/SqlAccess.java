package io.duckherder.spark.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL by which Spark's driver looks at databases and changes them. Values are as Java writes them;
 * who needs one in a certain form casts it in the SQL. Driver-only.
 */
public interface SqlAccess {
  /** The rows of a query that sees all that was committed, and asks for what that alone decides. */
  List<List<@Nullable String>> read(String sql);

  /** Runs statements that change a database, all of them or none. */
  void write(List<String> statements);

  /** The rows of a CALL of one of the cluster's own functions. */
  List<List<@Nullable String>> call(String sql);
}

package io.duckherder.spark.suites.table;

import java.util.Set;
import org.apache.spark.sql.connector.DeleteFromTests;

/** Spark's tests of {@code DELETE}. */
public final class TestDeleteFrom extends SqlSuite {
  @Override
  Class<?> group() {
    return DeleteFromTests.class;
  }

  @Override
  Set<String> beginnings() {
    return Set.of("DeleteFrom", "SPARK-33652: DeleteFrom");
  }

  @Override
  String catalogName() {
    return "deletes";
  }
}

package io.duckherder.benchmarks;

import org.apache.spark.sql.SparkSession;

/** Spark, in this process; whoever made the session ends it. */
record SparkEngine(String title, SparkSession session) implements Engine {
  @Override
  public long run(String sql) {
    return session.sql(sql).collectAsList().size();
  }

  @Override
  public void close() {}
}

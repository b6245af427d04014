package io.duckherder.spark.suites.table;

import io.duckherder.spark.suites.NotRun;
import io.duckherder.spark.suites.SuiteCatalog;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.execution.command.v2.DescribeTableSuite;
import org.scalactic.source.Position;
import org.scalatest.Tag;
import scala.Function0;
import scala.collection.immutable.Seq;

/** Spark's tests of {@code DESCRIBE TABLE}. */
public final class TestDescribeTable extends DescribeTableSuite {
  @Override
  public SparkConf sparkConf() {
    return SuiteCatalog.over(super.sparkConf(), this);
  }

  @Override
  public String defaultUsing() {
    return SuiteCatalog.USING;
  }

  @Override
  public void test(String name, Seq<Tag> tags, Function0<Object> body, Position position) {
    if (NotRun.contains(DescribeTableSuite.class, name)) {
      ignore(name, tags, body, position);
    } else {
      super.test(name, tags, body, position);
    }
  }
}

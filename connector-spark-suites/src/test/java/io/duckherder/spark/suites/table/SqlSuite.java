package io.duckherder.spark.suites.table;

import io.duckherder.spark.suites.NotRun;
import io.duckherder.spark.suites.SuiteCatalog;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.connector.DataSourceV2SQLSuite;
import org.scalactic.source.Position;
import org.scalatest.Tag;
import scala.Function0;
import scala.Function1;
import scala.collection.immutable.Seq;

/**
 * One of the groups of tests that Spark has put together in a suite of its own catalog in memory,
 * over ours. The others of that suite are not even known here.
 */
abstract class SqlSuite extends DataSourceV2SQLSuite {
  /**
   * How Spark's tests ask for tables of its catalog; ours has no partitions and no other formats.
   */
  private static final String FOREIGN = " USING foo( PARTITIONED BY \\([^)]*\\))?";

  /** The group, as Spark names it. */
  abstract Class<?> group();

  /** How the names of its tests begin, since Spark does not keep their group. */
  abstract Set<String> beginnings();

  /** The name of our catalog for it. */
  abstract String catalogName();

  @Override
  public SparkConf sparkConf() {
    SparkConf conf = super.sparkConf();
    SuiteCatalog.define(conf, catalogName());
    return conf;
  }

  @Override
  public String catalogAndNamespace() {
    return catalogName() + ".main.";
  }

  @Override
  public String v2Format() {
    return "duckherder";
  }

  @Override
  public Function1<String, Dataset<Row>> sql() {
    return text -> spark().sql(text.replaceAll(FOREIGN, " USING duckherder"));
  }

  /** Whether a test is left to the runs of everything, by {@code -Dduckherder.matrix=full}. */
  boolean isSpared(String name) {
    return false;
  }

  /** Spark's own suites begin each test with a new catalog. */
  @Override
  public void afterEach() {
    try {
      spark().sql("DROP TABLE IF EXISTS " + catalogAndNamespace() + "tbl");
    } finally {
      super.afterEach();
    }
  }

  @Override
  public void checkInsertMetrics(String table, long rows) {}

  @Override
  public void test(String name, Seq<Tag> tags, Function0<Object> body, Position position) {
    if (beginnings().stream().noneMatch(name::startsWith)) {
      return;
    }
    if (NotRun.contains(group(), name) || isSpared(name)) {
      ignore(name, tags, body, position);
    } else {
      super.test(name, tags, body, position);
    }
  }
}

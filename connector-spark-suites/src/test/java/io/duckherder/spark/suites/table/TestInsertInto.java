package io.duckherder.spark.suites.table;

import io.duckherder.spark.suites.NotRun;
import io.duckherder.spark.suites.SuiteCatalog;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.connector.InsertIntoTests;
import org.scalactic.source.Position;
import org.scalatest.Tag;
import scala.Function0;
import scala.collection.immutable.Seq;

/** Spark's tests of {@code INSERT}. */
public final class TestInsertInto extends InsertIntoTests {
  private static final String CATALOG = "inserts";

  public TestInsertInto() {
    super(false, true);
  }

  @Override
  public SparkConf sparkConf() {
    SparkConf conf = super.sparkConf();
    SuiteCatalog.define(conf, CATALOG);
    return conf;
  }

  @Override
  public String catalogAndNamespace() {
    return CATALOG + ".main.";
  }

  @Override
  public String v2Format() {
    return "duckherder";
  }

  @Override
  public void verifyTable(String table, Dataset<Row> expected) {
    checkAnswer(() -> spark().table(table), expected);
  }

  @Override
  public void doInsert(String table, Dataset<Row> rows, SaveMode mode) {
    DataFrameWriter<Row> writer = rows.write();
    if (mode != null) {
      writer = writer.mode(mode);
    }
    writer.insertInto(table);
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

  /** What a table in Spark's memory keeps of Spark's own count of rows. */
  @Override
  public void checkInsertMetrics(String table, long rows) {}

  @Override
  public void test(String name, Seq<Tag> tags, Function0<Object> body, Position position) {
    if (NotRun.contains(InsertIntoTests.class, name)) {
      ignore(name, tags, body, position);
    } else {
      super.test(name, tags, body, position);
    }
  }
}

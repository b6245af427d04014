package io.duckherder.spark.suites;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.jdbc.v2.JDBCV2JoinPushdownSuite;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.scalactic.source.Position;
import org.scalatest.Tag;
import scala.Function0;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark's tests of joins that a source does, over a DuckDB file. DuckDB's JDBC driver fills it.
 * Where Spark's checks look into its own JDBC scan, they look into ours here.
 */
public final class TestJoinPushdown extends JDBCV2JoinPushdownSuite {
  private static final String PREFIX = "spark.sql.catalog.";

  private Path file() {
    return tempDir().toPath().resolve("join.duckdb");
  }

  @Override
  public String url() {
    return "jdbc:duckdb:" + file();
  }

  @Override
  public JdbcDialect jdbcDialect() {
    return JdbcDialects.get(url());
  }

  @Override
  public SparkConf sparkConf() {
    SparkConf conf = super.sparkConf();
    String prefix = PREFIX + catalogName() + ".";
    for (Tuple2<String, String> setting : conf.getAllWithPrefix(prefix)) {
      conf.remove(prefix + setting._1());
    }
    return conf.set(PREFIX + catalogName(), SuiteCatalog.CATALOG)
        .set(prefix + "path", file().toString());
  }

  /** Spark's own name for what its JDBC scan was given; ours shows the SQL that DuckDB gets. */
  @Override
  public void checkPushedInfo(Dataset<Row> query, Seq<String> expected) {
    List<DataSourceV2ScanRelation> scans = scans(query);
    assertThat(scans).hasSize(1);
    assertThat(scans.get(0).scan().description()).contains("JOIN");
  }

  @Override
  public void checkPrunedColumnsDataTypeAndNullability(Dataset<Row> query, StructType expected) {
    for (DataSourceV2ScanRelation scan : scans(query)) {
      assertThat(scan.scan().readSchema().fields())
          .usingElementComparator(TestJoinPushdown::compare)
          .containsExactly(expected.fields());
    }
  }

  /** Our columns also carry the name of their DuckDB type. */
  private static int compare(StructField one, StructField other) {
    boolean equal =
        one.name().equals(other.name())
            && one.dataType().equals(other.dataType())
            && one.nullable() == other.nullable();
    return equal ? 0 : 1;
  }

  private static List<DataSourceV2ScanRelation> scans(Dataset<Row> query) {
    LogicalPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) query).queryExecution().optimizedPlan();
    return CollectionConverters.asJava(plan.collectLeaves()).stream()
        .filter(DataSourceV2ScanRelation.class::isInstance)
        .map(DataSourceV2ScanRelation.class::cast)
        .toList();
  }

  @Override
  public void test(String name, Seq<Tag> tags, Function0<Object> body, Position position) {
    if (NotRun.contains(JDBCV2JoinPushdownSuite.class, name)) {
      ignore(name, tags, body, position);
    } else {
      super.test(name, tags, body, position);
    }
  }
}

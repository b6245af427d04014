package io.duckherder.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A job for {@code spark-submit}: reads the table t of a file, or of a cluster, and prints what it
 * found; of a file it changes the table held besides. It is compiled against Spark 4.2 and uses
 * nothing newer than 4.0.
 */
public final class SmokeJob {
  private SmokeJob() {}

  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Dataset<Row> row =
        spark
            .read()
            .format("duckherder")
            .option(arguments[0], arguments[1])
            .option("dbtable", "t")
            .load()
            .where("i >= 100 AND s LIKE 'row%'")
            .selectExpr(
                "count(*)",
                "sum(i)",
                "sum(price)",
                "max(s)",
                "CAST(max(ts) AS STRING)",
                "sum(l[1])",
                "max(m['k'].u)",
                "max(tm)");
    System.out.println("Spark " + spark.version() + " found " + row.first());
    spark.conf().set("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog");
    spark.conf().set("spark.sql.catalog.duck." + arguments[0], arguments[1]);
    Row catalog =
        spark
            .sql(
                "SELECT count(*), max(duck.main.levenshtein(s, 'row5')) FROM duck.main.t"
                    + " WHERE duck.main.starts_with(s, 'row1')")
            .first();
    System.out.println("Its catalog found " + catalog);
    System.out.println("It lists " + spark.sql("SHOW TABLES IN duck.main").collectAsList());
    if (arguments[0].equals("path")) {
      change(spark);
    }
    spark.stop();
  }

  private static void change(SparkSession spark) {
    spark.sql("CREATE INDEX by_s ON duck.main.held (s)");
    spark.sql("INSERT INTO duck.main.held VALUES (1, 'row'), (2, NULL), (3, 'r')");
    spark.sql("UPDATE duck.main.held SET s = concat(s, 's') WHERE length(s) > 1");
    System.out.println("It wrote " + spark.table("duck.main.held").orderBy("i").collectAsList());
    System.out.println(
        "It shows "
            + spark.sql("DESCRIBE TABLE EXTENDED duck.main.held").collectAsList().stream()
                .filter(row -> row.getString(1).contains("ENFORCED"))
                .map(row -> row.getString(1))
                .toList());
  }
}

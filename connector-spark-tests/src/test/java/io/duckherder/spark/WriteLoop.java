package io.duckherder.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark that writes until it is killed, and tells of each write when it begins and when it has
 * ended: it appends to the table appended, replaces the rows of replaced, and changes those of
 * changed, each time with the number of the round.
 */
public final class WriteLoop {
  /** Rows of a round. */
  static final int ROWS = 4_000;

  private WriteLoop() {}

  /**
   * Writes.
   *
   * @param arguments the option that says where to, its value, and the first round's number
   */
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
            .config("spark.sql.catalog.duck." + arguments[0], arguments[1])
            .getOrCreate();
    for (int round = Integer.parseInt(arguments[2]); ; round++) {
      tell("begin", round);
      Dataset<Row> rows = spark.range(0, ROWS, 1, 4).selectExpr("id", round + " AS round");
      rows.write()
          .format("duckherder")
          .mode("append")
          .option(arguments[0], arguments[1])
          .option("dbtable", "appended")
          .save();
      tell("appended", round);
      rows.createOrReplaceTempView("rows");
      spark.sql("INSERT OVERWRITE duck.main.replaced SELECT * FROM rows");
      tell("replaced", round);
      spark.sql(
          "UPDATE duck.main.changed SET round = "
              + round
              + " WHERE reverse(CAST(id AS STRING)) <> 'x'");
      tell("changed", round);
    }
  }

  private static void tell(String what, int round) {
    System.out.println("ROUND " + what + " " + round);
  }
}

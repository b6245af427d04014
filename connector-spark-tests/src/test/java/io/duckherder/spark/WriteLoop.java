package io.duckherder.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
   * @param arguments the option that says where to, its value, the first round's number, and
   *     settings of Spark; with the setting {@code stepwise}, each round waits for a line
   */
  public static void main(String[] arguments) throws IOException {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.catalog.duck", "io.duckherder.spark.DuckherderCatalog")
            .config("spark.sql.catalog.duck." + arguments[0], arguments[1]);
    for (int i = 3; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      builder.config(setting[0], setting[1]);
    }
    SparkSession spark = builder.getOrCreate();
    boolean stepwise = spark.conf().get("stepwise", "false").equals("true");
    BufferedReader steps = new BufferedReader(new InputStreamReader(System.in, UTF_8));
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
      if (stepwise && steps.readLine() == null) {
        spark.stop();
        return;
      }
    }
  }

  private static void tell(String what, int round) {
    System.out.println("ROUND " + what + " " + round);
  }
}

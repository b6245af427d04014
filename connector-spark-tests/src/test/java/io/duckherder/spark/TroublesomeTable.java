package io.duckherder.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table of the values on which engines disagree, in several row groups: in a DuckDB file, and in
 * Parquet, which Spark reads by itself.
 */
record TroublesomeTable(DuckDBFile file, Path parquet) {
  /** Its name as the connector reads it. */
  static final String PUSHED = "pushed";

  /** Its name as the connector reads it without pushdown. */
  static final String UNPUSHED = "unpushed";

  /** Its name as Spark reads it from Parquet. */
  static final String PLAIN = "plain";

  private static final int ROWS = 6_000;

  private static final List<String> COLUMNS =
      List.of(
          column("flag", "BOOLEAN", "true, false, NULL"),
          column("ti", "TINYINT", "-128, 127, 0, 1, -1, 5, NULL"),
          column("si", "SMALLINT", "-32768, 32767, 0, 7, -7, NULL"),
          column("i", "INTEGER", "-2147483648, 2147483647, 0, 1, 42, -1, NULL"),
          column(
              "bi",
              "BIGINT",
              "-9223372036854775808, 9223372036854775807, 0, 3, -3, 4294967296, NULL"),
          column("ut", "UTINYINT", "0, 255, 128, NULL"),
          column("ui", "UINTEGER", "0, 4294967295, 2147483648, NULL"),
          column(
              "f",
              "FLOAT",
              "'NaN', '-0.0', '0.0', 'Infinity', '-Infinity', 0.1, 1.5, 3.4028235e38, 1.4e-45, NULL"),
          column(
              "d",
              "DOUBLE",
              "'NaN', '-0.0', '0.0', 'Infinity', '-Infinity', 0.1, -2.5,"
                  + " 1.7976931348623157e308, 4.9e-324, 9007199254740993, NULL"),
          column("dec", "DECIMAL(9, 2)", "0, 1.50, -1.50, 9999999.99, -9999999.99, 0.01, NULL"),
          column("money", "DECIMAL(15, 2)", "0, 9999999999999.99, -9999999999999.99, 100.25, NULL"),
          column("fine", "DECIMAL(18, 6)", "0, 0.000001, 999999999999.999999, -0.5, NULL"),
          column(
              "big",
              "DECIMAL(38, 2)",
              "0, 999999999999999999999999999999999999.99, -1.25, 12345678901234567890.12, NULL"),
          column(
              "s",
              "VARCHAR",
              "'', 'a', 'A', ' a ', 'ab', 'abc   ', 'Zoë', 'ZOË', 'straße', 'İi', '%_', 'a\\b',"
                  + " '😀x', 'e' || chr(769), chr(9) || 'a', chr(160) || 'a', 'zzz', '12', NULL"),
          column("s2", "VARCHAR", "'a', 'A', 'b', '', 'é', 'É', NULL"),
          column("en", "ENUM('z', 'a', 'é')", "'z', 'a', 'é', NULL"),
          column("b", "BLOB", "'\\xFF', '', '\\x00\\x01', 'ab', NULL"),
          column(
              "dt",
              "DATE",
              "'0001-01-01', '1500-02-28', '1582-10-04', '1582-10-15', '1969-12-31', '1970-01-01',"
                  + " '2000-02-29', '2020-12-31', '2021-01-03', '9999-12-31', NULL"),
          column("dt2", "DATE", "'1600-02-29', '1999-12-31', '2024-02-29', NULL"),
          column(
              "ts",
              "TIMESTAMP",
              "'0001-01-01 00:00:00', '1500-02-28 12:34:56.789', '1969-12-31 23:59:59.999999',"
                  + " '2020-03-08 02:30:00', '2020-11-01 01:30:00', '2021-07-01 00:00:00.5',"
                  + " '9999-12-31 23:59:59.999999', NULL"),
          column("tss", "TIMESTAMP_S", "'1960-05-05 05:05:05', '2022-02-02 22:22:22', NULL"),
          column(
              "tz",
              "TIMESTAMPTZ",
              "'0001-01-03 00:00:00+00', '2020-03-08 06:59:59+00', '2020-03-08 07:00:00+00',"
                  + " '2020-11-01 05:30:00+00', '2020-11-01 06:30:00+00', '1969-12-31 23:59:59+00',"
                  + " NULL"),
          column(
              "st",
              "STRUCT(x INTEGER, \"Y y\" VARCHAR)",
              "{'x': 1, 'Y y': 'a'}, {'x': NULL, 'Y y': 'B'}, {'x': 2147483647, 'Y y': NULL}, NULL"));

  /** One of some values for each row. */
  private static String column(String name, String type, String values) {
    return "list_extract(CAST([%1$s] AS %2$s[]), CAST(1 + hash(id, '%3$s') %% %4$s AS BIGINT)) AS %3$s"
        .formatted(values, type, name, "len(CAST([%s] AS %s[]))".formatted(values, type));
  }

  /** Creates both, and the three views of it in a session. */
  static TroublesomeTable create(Path folder, SparkSession session) {
    Path path = folder.resolve("troublesome.duckdb");
    Path parquet = folder.resolve("troublesome.parquet");
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("empty.duckdb"),
            "ATTACH '" + path + "' AS t (ROW_GROUP_SIZE 2048)",
            "CREATE TABLE t.t AS SELECT CAST(range AS INTEGER) AS id, "
                + String.join(", ", COLUMNS)
                + " FROM (SELECT range, range AS id FROM range("
                + ROWS
                + "))",
            "ALTER TABLE t.t ALTER s2 TYPE VARCHAR COLLATE NOCASE",
            "COPY (SELECT * REPLACE (ut::SMALLINT AS ut, ui::BIGINT AS ui, en::VARCHAR AS en,"
                + " tss::TIMESTAMP AS tss) FROM t.t) TO '"
                + parquet
                + "' (FORMAT parquet)");
    TroublesomeTable table = new TroublesomeTable(new DuckDBFile(path), parquet);
    table.connector(session, "true").createOrReplaceTempView(PUSHED);
    table.connector(session, "false").createOrReplaceTempView(UNPUSHED);
    session.read().parquet(parquet.toString()).createOrReplaceTempView(PLAIN);
    return table;
  }

  private Dataset<Row> connector(SparkSession session, String pushdown) {
    return session
        .read()
        .format("duckherder")
        .option("dbtable", "t")
        .option("partitions", "2")
        .option("pushdown", pushdown)
        .load(file.toString());
  }

  /** A query of DuckDB's over the table, through the connector. */
  Dataset<Row> query(SparkSession session, String query) {
    return session.read().format("duckherder").option("query", query).load(file.toString());
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;

import io.duckherder.docs.PageTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As which Spark type each DuckDB type is read, held against the page that lists them. */
@ExtendWith(SparkExtension.class)
final class TestTypesPage {
  private static final List<String> TYPES =
      List.of(
          "BIGINT",
          "BIGNUM",
          "BIT",
          "BLOB",
          "BOOLEAN",
          "DATE",
          "DECIMAL(12,2)",
          "DOUBLE",
          "ENUM('a', 'b')",
          "FLOAT",
          "HUGEINT",
          "INTEGER",
          "INTEGER[]",
          "INTEGER[3]",
          "INTERVAL",
          "JSON",
          "MAP(VARCHAR, INTEGER)",
          "SMALLINT",
          "STRUCT(a INTEGER)",
          "TIME",
          "TIME WITH TIME ZONE",
          "TIMESTAMP",
          "TIMESTAMP WITH TIME ZONE",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP_S",
          "TIME_NS",
          "TINYINT",
          "UBIGINT",
          "UHUGEINT",
          "UINTEGER",
          "UNION(a INTEGER, b VARCHAR)",
          "USMALLINT",
          "UTINYINT",
          "UUID",
          "VARCHAR",
          "VARIANT");

  @TempDir Path folder;

  @Test
  void listsTheSparkTypeOfEachType() throws Exception {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < TYPES.size(); i++) {
      columns.add("c" + i + " " + TYPES.get(i));
    }
    DuckDBFile file =
        DuckDBFile.create(
            folder.resolve("types.duckdb"),
            "CREATE TABLE types (" + String.join(", ", columns) + ")");
    StructField[] fields =
        spark()
            .read()
            .format("duckherder")
            .option("dbtable", "types")
            .load(file.path().toString())
            .schema()
            .fields();
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < TYPES.size(); i++) {
      rows.add(List.of(TYPES.get(i), "`" + fields[i].dataType().sql() + "`"));
    }
    PageTable.require("types.md", "spark", rows);
  }
}

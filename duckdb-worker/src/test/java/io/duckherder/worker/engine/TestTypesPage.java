package io.duckherder.worker.engine;

import io.duckherder.docs.PageTable;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Arrow form of each type that this DuckDB has, held against the page that lists them. */
final class TestTypesPage {
  /** A type of each kind that takes parameters. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "ARRAY", "INTEGER[3]",
          "DECIMAL", "DECIMAL(12,2)",
          "ENUM", "ENUM('a', 'b')",
          "LIST", "INTEGER[]",
          "MAP", "MAP(VARCHAR, INTEGER)",
          "NULL", "\"NULL\"",
          "STRUCT", "STRUCT(a INTEGER)",
          "TUPLE", "TUPLE(INTEGER)",
          "UNION", "UNION(a INTEGER, b VARCHAR)");

  @TempDir Path folder;

  @Test
  void listsTheArrowFormOfEachType() throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (EngineFixture fixture = new EngineFixture(folder)) {
      for (String type : types()) {
        String example = EXAMPLES.getOrDefault(type, type);
        rows.add(List.of(example.replace("\"", ""), arrow(fixture, example)));
      }
    }
    PageTable.require("types.md", "arrow", rows);
  }

  private static List<String> types() throws Exception {
    List<String> types = new ArrayList<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet names =
            statement.executeQuery(
                "SELECT DISTINCT logical_type FROM duckdb_types() WHERE internal ORDER BY 1")) {
      while (names.next()) {
        types.add(names.getString(1));
      }
    }
    return types;
  }

  private static String arrow(EngineFixture fixture, String type) {
    try (BatchStream stream = fixture.run("SELECT CAST(NULL AS " + type + ") AS v")) {
      String arrow = stream.schema().getFields().get(0).getType().toString();
      return arrow.replace(", " + ZoneId.systemDefault() + ")", ", the session's zone)");
    } catch (DuckherderException e) {
      if (e.code() == StandardErrorCode.UNSUPPORTED_TYPE) {
        return "none";
      }
      throw e;
    }
  }
}

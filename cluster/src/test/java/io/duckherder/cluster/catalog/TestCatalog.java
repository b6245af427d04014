package io.duckherder.cluster.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metadata calls of the stock JDBC driver. */
final class TestCatalog {
  @TempDir static Path directory;
  private static ClusterRunner cluster;
  private static Connection client;
  private static DatabaseMetaData metadata;

  @BeforeAll
  static void start() throws SQLException {
    Path sales =
        Rows.file(
            directory.resolve("sales.duckdb"),
            "CREATE SCHEMA east",
            "CREATE TABLE customers (id INTEGER, region VARCHAR, PRIMARY KEY (id, region))",
            "CREATE TABLE orders (no BIGINT PRIMARY KEY, customer INTEGER, region VARCHAR,"
                + " amount DECIMAL(12,2) NOT NULL, big UHUGEINT,"
                + " FOREIGN KEY (customer, region) REFERENCES customers (id, region))",
            "CREATE VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY ALL",
            "CREATE TABLE east.my_table (a INTEGER)",
            "CREATE TABLE east.\"my%table\" (a INTEGER)");
    Path stock = Rows.file(directory.resolve("stock.duckdb"), "CREATE TABLE parts (id INTEGER)");
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .database("sales", sales)
            .database("stock", stock)
            .workers(0)
            .build();
    client = cluster.connect();
    metadata = client.getMetaData();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private static List<String> column(ResultSet result, String... names) throws SQLException {
    try (result) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (String name : names) {
          row.add(result.getString(name));
        }
        rows.add(String.join(" ", row));
      }
      return rows;
    }
  }

  @Test
  void listsDatabasesAndSchemas() throws SQLException {
    assertThat(column(metadata.getCatalogs(), "TABLE_CAT")).containsExactly("sales", "stock");
    assertThat(column(metadata.getSchemas(), "TABLE_CATALOG", "TABLE_SCHEM"))
        .containsExactly("sales east", "sales main", "stock main");
    assertThat(column(metadata.getSchemas("sales", "ea%"), "TABLE_SCHEM")).containsExactly("east");
  }

  @Test
  void listsTablesByPatternAndType() throws SQLException {
    assertThat(column(metadata.getTables(null, null, "%", null), "TABLE_CAT", "TABLE_NAME"))
        .containsExactly(
            "sales my%table",
            "sales my_table", "sales customers", "sales orders", "stock parts", "sales totals");
    assertThat(
            column(metadata.getTables("sales", "main", "%", new String[] {"VIEW"}), "TABLE_NAME"))
        .containsExactly("totals");
    assertThat(column(metadata.getTables(null, "east", "my\\_table", null), "TABLE_NAME"))
        .containsExactly("my_table");
    assertThat(column(metadata.getTableTypes(), "TABLE_TYPE")).containsExactly("TABLE", "VIEW");
  }

  @Test
  void describesColumns() throws SQLException {
    assertThat(
            column(
                metadata.getColumns("sales", "main", "orders", "%"),
                "COLUMN_NAME",
                "TYPE_NAME",
                "COLUMN_SIZE",
                "IS_NULLABLE"))
        .containsExactly(
            "no BIGINT 19 NO",
            "customer INTEGER 10 YES",
            "region VARCHAR 65536 YES",
            "amount DECIMAL(12,2) 12 NO",
            "big UHUGEINT 38 YES");
  }

  @Test
  void listsKeys() throws SQLException {
    assertThat(
            column(metadata.getPrimaryKeys("sales", "main", "customers"), "COLUMN_NAME", "KEY_SEQ"))
        .containsExactly("id 1", "region 2");
    String[] names = {
      "PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ", "UPDATE_RULE"
    };
    List<String> keys =
        List.of("customers id orders customer 1 3", "customers region orders region 2 3");
    assertThat(column(metadata.getImportedKeys("sales", "main", "orders"), names)).isEqualTo(keys);
    assertThat(column(metadata.getExportedKeys("sales", "main", "customers"), names))
        .isEqualTo(keys);
    assertThat(
            column(
                metadata.getCrossReference("sales", "main", "customers", "sales", "main", "orders"),
                names))
        .isEqualTo(keys);
    assertThat(column(metadata.getImportedKeys("sales", "main", "customers"), names)).isEmpty();
  }

  /** The JDBC driver asks for none of them; ODBC and ADBC do. */
  @Test
  void listsTypes() throws Exception {
    try (FlightSqlClient flight = cluster.client();
        FlightStream types =
            flight.getStream(flight.getXdbcTypeInfo(-5).getEndpoints().get(0).getTicket())) {
      assertThat(types.next()).isTrue();
      assertThat(types.getRoot().getVector("type_name").getObject(1)).hasToString("BIGINT");
      assertThat(types.getRoot().getRowCount()).isEqualTo(2);
    }
  }

  @Test
  void tellsWhatTheServerCan() throws SQLException {
    assertThat(metadata.getDatabaseProductName()).isEqualTo("Duckherder");
    assertThat(metadata.isReadOnly()).isTrue();
    assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
    assertThat(metadata.getSearchStringEscape()).isEqualTo("\\");
    assertThat(metadata.getSQLKeywords()).contains("qualify");
    assertThat(metadata.getStringFunctions()).contains("upper");
    assertThat(metadata.getNumericFunctions()).contains("sqrt");
    assertThat(metadata.getTimeDateFunctions()).contains("date_trunc");
    assertThat(metadata.supportsTransactions()).isTrue();
    assertThat(metadata.supportsFullOuterJoins()).isTrue();
    assertThat(metadata.supportsBatchUpdates()).isFalse();
    assertThat(metadata.getCatalogTerm()).isEqualTo("database");
    assertThat(metadata.nullsAreSortedAtEnd()).isTrue();
  }

  @Test
  void questionsAboutTheCatalogNeedNoWorker() throws SQLException {
    assertThat(Rows.of(client, "SHOW TABLES")).contains(List.of("orders"));
    assertThat(Rows.of(client, "DESCRIBE customers").get(0)).startsWith("id", "INTEGER", "NO");
    assertThat(
            Rows.of(
                client,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'east'"))
        .hasSize(2);
    assertThat(Rows.of(client, "PRAGMA table_info('customers')")).hasSize(2);
    assertThat(Rows.of(client, "CALL duckdb_schemas()")).isNotEmpty();
    assertThat(Rows.one(client, "SELECT 40 + 2")).isEqualTo("42");
  }
}

package io.duckherder.cluster.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.managed.ManagedConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What DBeaver does with a generic database, in its order and with its arguments, replayed on the
 * stock JDBC driver: connect, look around, open a table, run a script, edit a row, cancel. After
 * the classes {@code JDBCDataSource}, {@code JDBCDataSourceInfo}, {@code JDBCSQLDialect}, {@code
 * GenericMetaModel}, {@code IndexCache} and {@code JDBCStatementImpl} of DBeaver 24.2.
 */
final class TestDBeaver {
  private static final int PAGE = 200;

  @TempDir static Path directory;
  private static ClusterRunner cluster;
  private static Connection connection;
  private static DatabaseMetaData metadata;

  @BeforeAll
  static void connect() throws Exception {
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .managed(
                ManagedConfig.of(Map.of("sales", directory.resolve("sales.duckdb")), directory))
            .database(
                "web", Rows.file(directory.resolve("web.duckdb"), "CREATE TABLE visits (id INT)"))
            .workers(1)
            .build();
    String url = cluster.url() + "?useEncryption=false";
    Driver driver = DriverManager.getDriver(url);
    assertThat(driver.acceptsURL(url)).isTrue();
    connection = driver.connect(url, new Properties());
    connection.setAutoCommit(true);
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(connection.isValid(5)).isTrue();
    metadata = connection.getMetaData();
    script("CREATE SCHEMA east");
    script("CREATE TABLE customers (id INTEGER, region VARCHAR, PRIMARY KEY (id, region))");
    script(
        "CREATE TABLE orders (no BIGINT PRIMARY KEY, customer INTEGER, region VARCHAR,"
            + " amount DECIMAL(12,2) NOT NULL, placed TIMESTAMPTZ,"
            + " FOREIGN KEY (customer, region) REFERENCES customers (id, region))");
    script("CREATE INDEX by_amount ON orders (amount)");
    script("CREATE VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY ALL");
    script("CREATE TABLE east.\"my table\" (a INTEGER)");
    script("INSERT INTO customers VALUES (1, 'north')");
    script(
        "INSERT INTO orders SELECT i, 1, 'north', i / 2, '2026-01-01 12:00:00+00'"
            + " FROM range(500) AS r(i)");
  }

  @AfterAll
  static void disconnect() throws Exception {
    connection.close();
    assertThat(connection.isClosed()).isTrue();
    cluster.close();
  }

  /** A statement of a script, as the editor runs it. */
  private static int script(String sql) throws SQLException {
    try (Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      assertThat(statement.execute(sql)).isFalse();
      int changed = statement.getUpdateCount();
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThat((Throwable) statement.getWarnings()).isNull();
      return changed;
    }
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
  void learnsAboutTheServer() throws SQLException {
    assertThat(metadata.isReadOnly()).isFalse();
    assertThat(metadata.getDatabaseProductName()).isEqualTo("Duckherder");
    assertThat(metadata.getDatabaseProductVersion()).isNotEmpty();
    assertThat(metadata.getDriverName()).contains("Arrow Flight SQL JDBC");
    assertThat(metadata.getDatabaseMajorVersion()).isPositive();
    assertThat(metadata.getSchemaTerm()).isEqualTo("schema");
    assertThat(metadata.getProcedureTerm()).isEqualTo("macro");
    assertThat(metadata.getCatalogTerm()).isEqualTo("database");
    assertThat(metadata.supportsBatchUpdates()).isTrue();
    assertThat(metadata.supportsTransactions()).isTrue();
    assertThat(metadata.supportsTransactionIsolationLevel(Connection.TRANSACTION_SERIALIZABLE))
        .isTrue();
    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_NONE);
    assertThat((Throwable) connection.getWarnings()).isNull();
  }

  @Test
  void learnsTheDialect() throws SQLException {
    assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
    assertThat(metadata.supportsCorrelatedSubqueries()).isTrue();
    assertThat(metadata.supportsMixedCaseQuotedIdentifiers()).isTrue();
    assertThat(metadata.getSearchStringEscape()).isEqualTo("\\");
    assertThat(metadata.getCatalogSeparator()).isEqualTo(".");
    assertThat(metadata.supportsCatalogsInDataManipulation()).isTrue();
    assertThat(metadata.supportsSchemasInDataManipulation()).isTrue();
    assertThat(metadata.supportsCatalogsInTableDefinitions()).isTrue();
    assertThat(metadata.supportsSchemasInTableDefinitions()).isTrue();
    assertThat(metadata.isCatalogAtStart()).isTrue();
    assertThat(metadata.getExtraNameCharacters()).isEmpty();
    assertThat(metadata.getSQLKeywords()).contains("qualify");
    assertThat(metadata.getNumericFunctions()).contains("sqrt");
    assertThat(metadata.getStringFunctions()).contains("upper");
    assertThat(metadata.getSystemFunctions()).contains("version");
    assertThat(metadata.getTimeDateFunctions()).contains("date_trunc");
  }

  /** The driver asks the server for none of these, and gives none. */
  @Test
  void findsNoTypesFunctionsAndIndexes() throws SQLException {
    assertThat(column(metadata.getTypeInfo(), "TYPE_NAME")).isEmpty();
    assertThat(column(metadata.getFunctions("sales", "main", "%"), "FUNCTION_NAME")).isEmpty();
    assertThat(column(metadata.getProcedures("sales", "main", "%"), "PROCEDURE_NAME")).isEmpty();
    assertThat(column(metadata.getIndexInfo("sales", "main", "orders", false, true), "INDEX_NAME"))
        .isEmpty();
    assertThat(column(metadata.getClientInfoProperties(), "NAME")).isEmpty();
  }

  @Test
  void walksDownTheTree() throws SQLException {
    assertThat(column(metadata.getTableTypes(), "TABLE_TYPE")).containsExactly("TABLE", "VIEW");
    assertThat(column(metadata.getCatalogs(), "TABLE_CAT")).containsExactly("sales", "web");
    assertThat(connection.getCatalog()).isNull();
    assertThat(connection.getSchema()).isNull();
    assertThat(column(metadata.getSchemas("sales", "%"), "TABLE_SCHEM"))
        .containsExactly("east", "main");
    assertThat(column(metadata.getTables("sales", "main", "%", null), "TABLE_TYPE", "TABLE_NAME"))
        .containsExactly("TABLE customers", "TABLE orders", "VIEW totals");
    assertThat(column(metadata.getTables("sales", "east", "my table", null), "TABLE_NAME"))
        .containsExactly("my table");
    assertThat(
            column(
                metadata.getTables(null, null, "DBEAVERFAKETABLENAMEFORPING", null), "TABLE_NAME"))
        .isEmpty();
  }

  @Test
  void readsWhatATableIs() throws SQLException {
    assertThat(
            column(
                metadata.getColumns("sales", "main", "orders", "%"),
                "COLUMN_NAME",
                "TYPE_NAME",
                "DATA_TYPE",
                "NULLABLE",
                "ORDINAL_POSITION"))
        .containsExactly(
            "no BIGINT -5 0 1",
            "customer INTEGER 4 1 2",
            "region VARCHAR 12 1 3",
            "amount DECIMAL(12,2) 3 0 4",
            "placed TIMESTAMP WITH TIME ZONE 2014 1 5");
    assertThat(column(metadata.getColumns("sales", "main", "%", "%"), "TABLE_NAME")).hasSize(9);
    assertThat(column(metadata.getPrimaryKeys("sales", "main", "orders"), "COLUMN_NAME"))
        .containsExactly("no");
    assertThat(
            column(
                metadata.getImportedKeys("sales", "main", "orders"),
                "FKCOLUMN_NAME",
                "PKTABLE_NAME",
                "PKCOLUMN_NAME"))
        .containsExactly("customer customers id", "region customers region");
    assertThat(column(metadata.getExportedKeys("sales", "main", "customers"), "FKTABLE_NAME"))
        .containsExactly("orders", "orders");
  }

  @Test
  void opensATablePageByPage() throws SQLException {
    try (Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      statement.setFetchSize(PAGE);
      statement.setMaxRows(PAGE);
      statement.setQueryTimeout(60);
      assertThat(statement.execute("SELECT * FROM \"sales\".\"main\".\"orders\" ORDER BY \"no\""))
          .isTrue();
      try (ResultSet rows = statement.getResultSet()) {
        describe(rows.getMetaData());
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getObject(1)).isEqualTo((long) count++);
          assertThat(rows.getObject(4)).isNotNull();
          // getObject of a time with a zone is what the driver has not; DBeaver reads its text.
          assertThat(rows.getString(5)).startsWith("2026-01-01 12:00:00");
          assertThat(rows.getTimestamp(5)).isNotNull();
        }
        assertThat(count).isEqualTo(PAGE);
      }
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getLargeUpdateCount()).isEqualTo(-1);
    }
    try (Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM sales.main.orders")) {
      assertThat(count.next()).isTrue();
      assertThat(count.getObject(1)).isEqualTo(500L);
    }
  }

  private static void describe(ResultSetMetaData columns) throws SQLException {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      int at = i;
      names.add(columns.getColumnLabel(i) + " " + columns.getColumnTypeName(i));
      assertThatCode(
              () -> {
                columns.getColumnName(at);
                columns.isWritable(at);
                columns.getTableName(at);
                columns.getCatalogName(at);
                columns.getSchemaName(at);
                columns.isNullable(at);
                columns.getColumnDisplaySize(at);
                columns.getColumnType(at);
                columns.isAutoIncrement(at);
                columns.getPrecision(at);
                columns.getScale(at);
              })
          .doesNotThrowAnyException();
    }
    assertThat(names).startsWith("no BIGINT", "customer INTEGER", "region VARCHAR");
  }

  @Test
  void editsARowByItsKey() throws SQLException {
    script("CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR)");
    assertThat(script("INSERT INTO notes VALUES (1, 'a'), (2, 'b')")).isEqualTo(2);
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE \"sales\".\"main\".\"notes\" SET \"text\"=? WHERE \"id\"=?",
            ResultSet.TYPE_FORWARD_ONLY,
            ResultSet.CONCUR_READ_ONLY)) {
      update.setString(1, "changed");
      update.setInt(2, 2);
      update.execute();
    }
    assertThat(Rows.of(connection, "SELECT text FROM notes ORDER BY id"))
        .containsExactly(List.of("a"), List.of("changed"));
    script("DROP TABLE notes");
  }

  @Test
  void tellsWhatIsWrongWithAScript() {
    assertThatThrownBy(() -> script("SELEC 1"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Parser Error: syntax error at or near \"SELEC\"");
    assertThatThrownBy(() -> script("INSERT INTO web.visits VALUES (1)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("web");
  }

  @Test
  void cancelsAQuery() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<Void> query =
          CompletableFuture.runAsync(
              () -> {
                try (ResultSet rows =
                    statement.executeQuery("SELECT a.range FROM range(1000000000) a")) {
                  rows.next();
                  sent.countDown();
                  while (rows.next()) {
                    rows.getLong(1);
                  }
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      sent.await();
      statement.cancel();
      assertThatThrownBy(query::get).hasRootCauseInstanceOf(Exception.class);
    }
    assertThat(connection.isValid(5)).isTrue();
    assertThat(Rows.one(connection, "SELECT 42")).isEqualTo("42");
  }
}

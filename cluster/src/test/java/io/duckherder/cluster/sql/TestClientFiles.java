package io.duckherder.cluster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.cluster.ClusterRunner;
import io.duckherder.cluster.Rows;
import io.duckherder.cluster.managed.ManagedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files that SQL of clients reaches: those of an opened folder, and in no way those of the
 * server, whether they lie in an opened folder or not.
 */
@Timeout(300)
final class TestClientFiles {
  @TempDir static Path directory;
  private static ClusterRunner cluster;
  private static Connection client;

  /** Databases and what the operator opened share a folder, which is the worst case. */
  @BeforeAll
  static void start() throws Exception {
    Path open = Files.createDirectories(directory.resolve("open"));
    Files.writeString(open.resolve("m.duckdb"), "");
    Rows.file(
        open.resolve("external.duckdb"),
        "CREATE TABLE e AS SELECT 1 AS i",
        "CREATE VIEW plain AS SELECT i FROM e",
        "CREATE VIEW peek AS SELECT size FROM read_blob('%s')".formatted(open.resolve("m.duckdb")),
        "CREATE VIEW peeking AS SELECT size + 1 AS more FROM peek",
        "CREATE MACRO content(p) AS TABLE FROM read_blob(p)",
        "CREATE MACRO size_of(p) AS (SELECT max(size) FROM read_blob(p))");
    Files.delete(open.resolve("m.duckdb"));
    Files.writeString(open.resolve("data.csv"), "a,b\n1,2\n");
    Files.writeString(directory.resolve("closed.csv"), "a,b\n1,2\n");
    Files.createSymbolicLink(open.resolve("link.csv"), directory.resolve("closed.csv"));
    cluster =
        ClusterRunner.builder(directory.resolve("spill"))
            .allow(open)
            .database("external", open.resolve("external.duckdb"))
            .managed(
                ManagedConfig.of(
                    Map.of("m", open.resolve("m.duckdb")), directory.resolve("replicas")))
            .build();
    Files.createSymbolicLink(open.resolve("alias.csv"), open.resolve("m.duckdb.wal"));
    Files.createLink(open.resolve("hard.csv"), open.resolve("m.duckdb"));
    client = cluster.connect();
    run("CREATE TABLE t AS SELECT 42 AS i");
    run("CREATE TABLE u (a INTEGER, b INTEGER)");
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    cluster.close();
  }

  private static void run(String template) throws SQLException {
    try (Statement statement = client.createStatement()) {
      if (statement.execute(sql(template))) {
        statement.getResultSet().close();
      }
    }
  }

  private static String sql(String template) {
    return template
        .replace("${open}", directory.resolve("open").toString())
        .replace("${closed}", directory.toString());
  }

  private static Map<String, Long> sizes() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory.resolve("open"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file.getFileName().toString(), Files.size(file));
      }
    }
    return sizes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY (SELECT 42 x) TO '${open}/m.duckdb.wal' (FORMAT csv, USE_TMP_FILE false, OVERWRITE true)",
        "COPY t TO '${open}/m.duckdb.wal.checkpoint' (FORMAT csv)",
        "COPY t TO '${open}/external.duckdb' (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO '${open}/alias.csv' (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO '${open}/hard.csv' (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO '${open}/m.duckdb.snapshots/x.csv'",
        "COPY t TO '${open}' (FORMAT csv, PER_THREAD_OUTPUT true, OVERWRITE true)",
        "COPY t TO '${open}/../open/m.duckdb.wal' (FORMAT csv)",
        "COPY t TO $$${open}/m.duckdb.wal$$ (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO 'file://${open}/m.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO ('${open}/m.duckdb' || '.wal') (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO '${closed}/spill/driver/x.csv'",
        "COPY t TO '${closed}/x.csv'",
        "COPY t TO '${open}/link.csv' (FORMAT csv, USE_TMP_FILE false)",
        "COPY t TO '${open}/parts' (FORMAT csv, PER_THREAD_OUTPUT true, FILENAME_PATTERN '../m.duckdb')",
        "COPY t TO '${open}/parts' (FORMAT csv, PER_THREAD_OUTPUT true, FILE_EXTENSION 'x/../../m')",
        "COPY t TO '${open}/parts' (FORMAT csv, PER_THREAD_OUTPUT true, FILENAME_PATTERN ('..' || '/m'))",
        "COPY t TO STDOUT",
        "COPY t TO \"x.csv\"",
        "COPY u FROM '${open}/m.duckdb.wal' (FORMAT csv)",
        "COPY u FROM ('${open}/' || 'data.csv')",
        "EXPLAIN ANALYZE COPY t TO '${open}/m.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
        "EXPORT DATABASE '${closed}/exported'",
        "EXPORT DATABASE m TO '${open}/m.duckdb.snapshots'",
        "SELECT octet_length(content) FROM read_blob('${open}/m.duckdb')",
        "SELECT octet_length(content) FROM read_blob(['${open}/data.csv', '${open}/m.duckdb'])",
        "SELECT octet_length(content) FROM read_blob('${open}/m*')",
        "SELECT octet_length(content) FROM read_blob('${open}/m.duckdb.[w]al')",
        "SELECT octet_length(content) FROM read_blob('${open}/**')",
        "SELECT octet_length(content) FROM read_blob('${closed}/op*/data.csv')",
        "SELECT octet_length(content) FROM read_blob('${closed}/open/*/../m.duckdb')",
        "SELECT octet_length(content) FROM read_blob('${open}/' || 'm.duckdb')",
        "SELECT octet_length(content) FROM read_blob(getvariable('p'))",
        "SELECT octet_length(content) FROM read_blob('${open}/hard.csv')",
        "SELECT octet_length(content) FROM \"read_blob\" /* */ ('${open}/alias.csv')",
        "SELECT * FROM read_text('${open}/link.csv')",
        "SELECT * FROM read_text('${closed}/closed.csv')",
        "SELECT * FROM read_text('~/x')",
        "SELECT * FROM read_text('s3://bucket/x')",
        "SELECT * FROM read_text('${closed}/spill/**')",
        "FROM glob('${closed}/spill/**')",
        "FROM sniff_csv('${open}/m.duckdb')",
        "FROM parquet_schema('${open}/m.duckdb')",
        "FROM '${open}/external.duckdb'",
        "FROM '${open}/*[.csv?]*'",
        "FROM '${open}/alias.csv'",
        "FROM '${open}/link.csv'",
        "SELECT * FROM t JOIN '${closed}/spill/*[.csv?]*' ON true",
        "FROM query_table('${closed}/spill/*[.csv?]*')",
        "FROM query_table('${open}/hard' || '.csv')",
        "FROM query('FROM read_blob(''${open}/m.duckdb'')')",
        "WITH x AS (FROM read_blob('${open}/m.duckdb')) SELECT size FROM x",
        "SELECT (SELECT max(size) FROM read_blob('${open}/m.duckdb'))",
        "EXPLAIN ANALYZE SELECT size FROM read_blob('${open}/m.duckdb')",
        "EXPLAIN SELECT size FROM read_blob('${open}/m.duckdb')",
        "DESCRIBE FROM read_blob('${open}/m.duckdb')",
        "PIVOT (FROM read_blob('${open}/m.duckdb')) ON size USING count(*)",
        "PIVOT '${open}/hard.csv' ON a USING count(*)",
        "CREATE VIEW v AS FROM read_blob('${open}/m.duckdb')",
        "CREATE VIEW v AS SELECT 1 FROM t, '${open}/hard.csv'",
        "CREATE VIEW v AS SELECT 1 FROM t AS x, ('${open}/hard.csv' AS y JOIN t ON true)",
        "CREATE MACRO f() AS TABLE FROM read_blob('${open}/m.duckdb')",
        "CREATE MACRO f(p) AS TABLE FROM read_blob(p)",
        "CREATE TABLE c AS FROM read_blob(['${open}/m.duckdb'])",
        "CREATE TEMP TABLE c AS FROM read_blob('${open}/m.duckdb')",
        "INSERT INTO u SELECT size, 1 FROM read_blob('${open}/m.duckdb')",
        "INSERT INTO u FROM '${open}/hard.csv'",
        "DELETE FROM u USING '${open}/hard.csv' AS h",
        "UPDATE u SET a = 1 FROM '${open}/hard.csv' AS h",
        "MERGE INTO u USING '${open}/hard.csv' AS h ON true WHEN MATCHED THEN DELETE",
        "SET VARIABLE p = (SELECT max(size) FROM read_blob('${open}/m.duckdb'))",
        "CALL read_blob('${open}/m.duckdb')"
      })
  void filesOfTheServerAndOutsideAreRefused(String template) throws Exception {
    Map<String, Long> before = sizes();
    assertThatThrownBy(() -> run(template))
        .isInstanceOf(SQLException.class)
        .hasMessageMatching("(?s).*(Permission Error: |Cannot (read|write|run|use|CALL) ).*");
    assertThat(sizes()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM read_csv('${open}/data.csv')",
        "SELECT a FROM read_csv(['${open}/data.csv'], header = true)",
        "SELECT a FROM read_csv('file://${open}/data.csv')",
        "SELECT a FROM read_csv('${open}/da*.csv')",
        "SELECT count(*) FROM glob('${open}/**/*.parquet')",
        "FROM '${open}/data.csv'",
        "FROM '${open}/d*.csv'",
        "FROM query_table('${open}/data.csv')",
        "FROM query('FROM read_csv(''${open}/data.csv'')')",
        "SELECT 1 FROM main.t",
        "SELECT 1 FROM m.t",
        "SELECT 1 WHERE '${open}/m.duckdb' IS DISTINCT FROM '${open}/m.duckdb.wal'",
        "INSERT INTO u SELECT a, b FROM read_csv('${open}/data.csv')",
        "INSERT INTO u FROM '${open}/data.csv'",
        "CREATE OR REPLACE TABLE names AS SELECT * FROM (VALUES ('${open}/m.duckdb'), ('*'))",
        "CREATE OR REPLACE TABLE \"2024/a.csv\" AS SELECT 1 AS i",
        "CREATE OR REPLACE VIEW csv AS FROM '${open}/data.csv'",
        "FROM main.csv",
        "COPY u FROM '${open}/data.csv'",
        "COPY u FROM '${open}/da*.csv'",
        "COPY (SELECT 'to' AS a) TO '${open}/copied.csv' (HEADER, DELIMITER '|')",
        "COPY t TO '${open}/copied' (FORMAT csv, PER_THREAD_OUTPUT true, FILENAME_PATTERN 'x_{i}', FILE_EXTENSION csv)",
        "COPY t TO '${open}/by' (FORMAT parquet, PARTITION_BY (i), OVERWRITE_OR_IGNORE, WRITE_PARTITION_COLUMNS)",
        "EXPORT DATABASE m TO '${open}/exported'"
      })
  void filesOfAnOpenedFolderAreUsed(String template) throws Exception {
    run(template);
  }

  /** Texts that were stored before the file was given to the cluster. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM external.peek",
        "SELECT * FROM t JOIN external.main.peek ON true",
        "FROM external.peeking",
        "FROM external.content('${open}/m.duckdb')",
        "SELECT external.size_of('${open}/m.duckdb')",
        "CREATE VIEW v AS SELECT * FROM external.peek",
        "INSERT INTO u SELECT size, 1 FROM external.peek",
        "CREATE TABLE c AS SELECT external.size_of('${open}/m.duckdb')"
      })
  void viewsAndMacrosOfAFileReadNoMore(String template) throws Exception {
    assertThatThrownBy(() -> run(template)).hasMessageContaining("Cannot use \"");
    run("SELECT i FROM external.plain");
  }

  @Test
  void theMessageTellsWhatToDo() {
    assertThatThrownBy(() -> run("SELECT * FROM read_text('${closed}/closed.csv')"))
        .hasMessageContaining(
            "Cannot read \"%s/closed.csv\": it is in none of the folders that the operator opened with --allow-path"
                .formatted(directory));
    assertThatThrownBy(() -> run("COPY t TO '${open}/m.duckdb.wal'"))
        .hasMessageContaining(
            "Cannot write \"%s/open/m.duckdb.wal\": it is, or may reach, a database file"
                .formatted(directory));
    assertThatThrownBy(() -> run("FROM read_csv(upper('x'))"))
        .hasMessageContaining("Cannot run read_csv with a name that is computed");
  }

  /** A function that a newer DuckDB brings is to be looked at here first. */
  @Test
  void everyFunctionThatTakesAPathIsKnown() throws SQLException {
    Set<String> harmless = Set.of("json_each", "json_tree", "which_secret");
    List<String> unknown =
        Rows.of(
                client,
                """
                SELECT DISTINCT function_name FROM duckdb_functions()
                WHERE function_type IN ('table', 'table_macro') AND internal
                  AND list_has_any(parameters, ['path', 'paths', 'file', 'files', 'filename', 'pattern'])
                """)
            .stream()
            .map(row -> row.get(0))
            .filter(name -> !FileUses.isReader(name) && !harmless.contains(name))
            .toList();
    assertThat(unknown).isEmpty();
  }
}

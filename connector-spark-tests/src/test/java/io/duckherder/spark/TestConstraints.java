package io.duckherder.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.index.SupportsIndex;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Constraints and indexes of tables, in a file and in a cluster, through Spark's SQL. */
@ExtendWith(SparkExtension.class)
final class TestConstraints {
  /** Conditions that Spark would not understand, or understand otherwise. */
  private static final String[] TABLES = {
    "CREATE TABLE area(code VARCHAR, part INT, PRIMARY KEY (code, part))",
    """
    CREATE TABLE held(id INT PRIMARY KEY, "two words" VARCHAR UNIQUE, half INT,
      code VARCHAR, part INT,
      CHECK (half // 2 > 1), CHECK ("two words" SIMILAR TO 'w.*'), CHECK (1 / 2 = 0.5),
      FOREIGN KEY (code, part) REFERENCES area(code, part))""",
    "CREATE TABLE free(i INT)",
    "CREATE TABLE quoted(\"i\"\" + injected() + \"\"\" INT CHECK (\"i\"\" + injected() + \"\"\" > 0))",
    "CREATE VIEW seen AS FROM held",
    "INSERT INTO area VALUES ('a', 1)",
    "INSERT INTO held VALUES (1, 'w1', 4, 'a', 1), (2, 'w2', 5, NULL, NULL)"
  };

  @TempDir static Path folder;

  /** Of this class alone: a session keeps the catalogs that it has made. */
  private static SparkSession session;

  private static RunningCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    session = SparkExtension.spark().newSession();
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("shop", folder.resolve("shop.duckdb")));
    cluster.sql(folder, TABLES);
    DuckDBFile file = DuckDBFile.create(folder.resolve("file.duckdb"), TABLES);
    configure("cluster", "url", cluster.url());
    configure("file", "path", file.toString());
  }

  private static void configure(String catalog, String option, String value) {
    session.conf().set("spark.sql.catalog." + catalog, DuckherderCatalog.class.getName());
    session.conf().set("spark.sql.catalog." + catalog + "." + option, value);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static List<String> sql(String text, String catalog) {
    return Values.rows(session.sql(text.formatted(catalog + ".main")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "cluster"})
  void constraintsAreShown(String catalog) {
    Stream<String> rows = sql("DESCRIBE TABLE EXTENDED %s.held", catalog).stream();
    assertThat(rows.dropWhile(row -> !row.startsWith("# Constraints")).skip(1))
        .map(row -> row.split("\\|", -1)[1])
        .contains(
            "PRIMARY KEY (id) ENFORCED RELY",
            "UNIQUE (`two words`) ENFORCED RELY",
            "CHECK (((half // 2) > 1)) ENFORCED RELY",
            "FOREIGN KEY (code, part) REFERENCES main.area (code, part) ENFORCED RELY");
    assertThat(sql("DESCRIBE TABLE EXTENDED %s.free", catalog))
        .noneMatch(row -> row.startsWith("# Constraints"));
    assertThat(sql("DESCRIBE TABLE EXTENDED %s.seen", catalog))
        .noneMatch(row -> row.startsWith("# Constraints"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "cluster"})
  void rowsAreHeldToThemByDuckDB(String catalog) {
    String all = "SELECT * FROM %s.held ORDER BY id";
    List<String> before = sql(all, catalog);
    for (String statement :
        List.of(
            "INSERT INTO %s.held VALUES (3, 'w3', 3, 'a', 1)",
            "INSERT INTO %s.held VALUES (3, 'x', 4, 'a', 1)",
            "INSERT INTO %s.held VALUES (3, 'w1', 4, 'a', 1)",
            "INSERT INTO %s.held VALUES (1, 'w3', 4, 'a', 1)",
            "INSERT INTO %s.held VALUES (3, 'w3', 4, 'a', 2)",
            "UPDATE %s.held SET half = 3 WHERE id = 1")) {
      assertThatThrownBy(() -> sql(statement, catalog))
          .as(statement)
          .hasStackTraceContaining("Constraint Error");
    }
    assertThat(sql(all, catalog)).isEqualTo(before);
    sql("INSERT INTO %s.held VALUES (3, 'w3', 40, 'a', 1)", catalog);
    sql("UPDATE %s.held SET half = half + 1 WHERE length(`two words`) = 2", catalog);
    sql(
        "MERGE INTO %s.held t USING (SELECT 3 AS k) s ON t.id = s.k WHEN MATCHED THEN DELETE",
        catalog);
    assertThat(sql(all, catalog)).containsExactly("1|w1|5|a|1", "2|w2|6|null|null");
    sql("UPDATE %s.held SET half = half - 1 WHERE length(`two words`) = 2", catalog);
  }

  /** Spark pastes names and texts of its own CHECKs into the Java that it compiles. */
  @ParameterizedTest
  @ValueSource(strings = {"file", "cluster"})
  void noTextOfATableIsCompiled(String catalog) {
    session.conf().set("spark.sql.codegen.fallback", "false");
    try {
      sql("INSERT INTO %s.quoted SELECT 1", catalog);
      assertThatThrownBy(() -> sql("INSERT INTO %s.quoted SELECT 0", catalog))
          .hasStackTraceContaining("Constraint Error");
      assertThat(sql("SELECT * FROM %s.quoted", catalog)).containsExactly("1");
    } finally {
      session.conf().unset("spark.sql.codegen.fallback");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "cluster"})
  void indexesAreMadeAndDropped(String catalog) throws Exception {
    sql("CREATE INDEX by_words ON %s.held (`two words`, half)", catalog);
    sql("CREATE INDEX IF NOT EXISTS BY_WORDS ON %s.held (half)", catalog);
    assertThatThrownBy(() -> sql("CREATE INDEX by_words ON %s.held (half)", catalog))
        .hasMessageContaining("INDEX_ALREADY_EXISTS");
    SupportsIndex table = table(catalog, "held");
    assertThat(table.listIndexes())
        .singleElement()
        .satisfies(
            index -> {
              assertThat(index.indexName()).isEqualTo("by_words");
              assertThat(index.indexType()).isEqualTo("ART");
              assertThat(index.columns())
                  .extracting(column -> column.fieldNames()[0])
                  .containsExactly("two words", "half");
            });
    assertThat(table.indexExists("By_Words")).isTrue();
    assertThat(sql("SELECT id FROM %s.held WHERE `two words` = 'w2'", catalog))
        .containsExactly("2");
    sql("DROP INDEX by_words ON %s.held", catalog);
    sql("DROP INDEX IF EXISTS by_words ON %s.held", catalog);
    assertThat(table.listIndexes()).isEmpty();
    assertThatThrownBy(() -> sql("DROP INDEX by_words ON %s.held", catalog))
        .hasMessageContaining("INDEX_NOT_FOUND");
  }

  private static SupportsIndex table(String catalog, String name) throws Exception {
    TableCatalog tables =
        (TableCatalog)
            ((org.apache.spark.sql.classic.SparkSession) session)
                .sessionState()
                .catalogManager()
                .catalog(catalog);
    return (SupportsIndex) tables.loadTable(Identifier.of(new String[] {"main"}, name));
  }

  @Test
  void whatDuckDBHasNotIsRefused() {
    assertThatThrownBy(() -> sql("CREATE INDEX i ON %s.held USING rtree (half)", "file"))
        .hasMessageContaining("DuckDB has one kind of index, without options")
        .hasMessageContaining("rtree");
    assertThatThrownBy(() -> sql("CREATE INDEX i ON %s.held (half OPTIONS (a = 1))", "file"))
        .hasMessageContaining("DuckDB has one kind of index, without options");
    assertThatThrownBy(() -> sql("CREATE INDEX i ON %s.seen (half)", "file"))
        .hasMessageContaining("only tables as they are now can be written");
    assertThatThrownBy(() -> sql("CREATE TABLE %s.keyed (i INT PRIMARY KEY)", "file"))
        .hasMessageContaining("UNSUPPORTED_FEATURE");
  }
}

package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.spark.source.ClusterSource;
import io.duckherder.spark.source.SqlAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is different in a table between two snapshots. */
@ExtendWith(SparkExtension.class)
final class TestChangelog {
  @TempDir static Path folder;

  private static RunningCluster cluster;
  private static SqlAccess sql;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        RunningCluster.startManaged(
            folder.resolve("state"), 1, Map.of("log", folder.resolve("log.duckdb")));
    sql = new ClusterSource(cluster.url(), Optional.empty()).sql();
    spark().conf().set("spark.sql.catalog.changes", DuckherderCatalog.class.getName());
    spark().conf().set("spark.sql.catalog.changes.url", cluster.url());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Runs statements as one transaction, and gives the number of the snapshot that holds it. */
  private static long run(String... statements) {
    sql.write(List.of(statements));
    return Long.parseLong(sql.call("CALL duckherder_seal()").get(0).get(1));
  }

  private static List<String> changes(String columns, String table, String range) {
    return Values.rows(
        spark()
            .sql(
                "SELECT %s FROM changes.main.%s CHANGES %s ORDER BY ALL"
                    .formatted(columns, table, range)));
  }

  @Test
  void rowsAreFoundAgainByTheirKeys() {
    long first =
        run(
            "CREATE TABLE kept (id INTEGER, part VARCHAR, v DOUBLE, PRIMARY KEY (id, part))",
            "INSERT INTO kept VALUES (1, 'a', 1), (1, 'b', NULL), (2, 'a', 'nan'), (3, 'a', 0), (4, 'a', 4)");
    run("DELETE FROM kept WHERE id = 4", "INSERT INTO kept VALUES (5, 'a', 5), (6, 'a', 6)");
    long last =
        run(
            "UPDATE kept SET v = 2 WHERE part = 'b'",
            "DELETE FROM kept WHERE id IN (1, 3) AND part = 'a'",
            "INSERT INTO kept VALUES (3, 'a', '-0.0')",
            "DELETE FROM kept WHERE id = 6");
    String range = "FROM VERSION %d EXCLUSIVE TO VERSION %d".formatted(first, last);
    assertThat(
            changes(
                "id, part, v, _change_type, _commit_version",
                "kept",
                range + " WITH (computeUpdates = 'true')"))
        .containsExactly(
            "1|a|1.0|delete|" + last,
            "1|b|null|update_preimage|" + last,
            "1|b|2.0|update_postimage|" + last,
            "3|a|-0.0|update_postimage|" + last,
            "3|a|0.0|update_preimage|" + last,
            "4|a|4.0|delete|" + last,
            "5|a|5.0|insert|" + last);
    assertThat(changes("id, part, v, _change_type", "kept", range))
        .containsExactlyInAnyOrder(
            "1|a|1.0|delete",
            "1|b|null|delete",
            "1|b|2.0|insert",
            "3|a|-0.0|insert",
            "3|a|0.0|delete",
            "4|a|4.0|delete",
            "5|a|5.0|insert");
    assertThat(changes("count(*), count(DISTINCT _commit_timestamp)", "kept", range))
        .containsExactly("7|1");
    assertThat(
            Values.rows(
                spark()
                    .read()
                    .option("startingVersion", first)
                    .option("startingBoundInclusive", "false")
                    .option("endingVersion", last)
                    .changes("changes.main.kept")
                    .where("_change_type = 'insert' AND id > 3")
                    .select("id", "v")))
        .containsExactly("5|5.0");
  }

  @Test
  void rangesAreOfSnapshots() {
    long made = run("CREATE TABLE ranged (id INTEGER PRIMARY KEY)");
    long one = run("INSERT INTO ranged VALUES (1)");
    long two = run("INSERT INTO ranged VALUES (2)");
    long three = run("INSERT INTO ranged VALUES (3)");
    assertThat(changes("id", "ranged", "FROM VERSION %d TO VERSION %d".formatted(one, two)))
        .containsExactly("1", "2");
    assertThat(changes("id", "ranged", "FROM VERSION %d EXCLUSIVE".formatted(made)))
        .containsExactly("1", "2", "3");
    assertThat(
            changes(
                "id", "ranged", "FROM VERSION %d TO VERSION %d EXCLUSIVE".formatted(two, three)))
        .containsExactly("2");
    assertThat(changes("id", "ranged", "FROM VERSION %d EXCLUSIVE TO VERSION %1$d".formatted(two)))
        .isEmpty();
    String time =
        sql.call(
                "SELECT strftime(\"time\", '%Y-%m-%d %H:%M:%S.%f') FROM duckherder_snapshots() WHERE number = "
                    + two)
            .get(0)
            .get(0);
    assertThat(changes("id", "ranged", "FROM TIMESTAMP '" + time + " UTC'"))
        .containsExactly("2", "3");
    assertThatThrownBy(() -> changes("id", "ranged", "FROM VERSION 999"))
        .hasStackTraceContaining("is not kept");
    assertThatThrownBy(
            () -> changes("id", "ranged", "FROM VERSION %d TO VERSION %d".formatted(three, one)))
        .hasStackTraceContaining("is older");
  }

  @Test
  void tablesWithoutKeysHaveNone() {
    long first =
        run(
            "CREATE TABLE loose (id INTEGER, v INTEGER)",
            "INSERT INTO loose VALUES (1, 1), (1, 1)");
    String range = "FROM VERSION " + first + " EXCLUSIVE";
    assertThatThrownBy(() -> changes("id", "loose", range))
        .hasStackTraceContaining("has no primary key");
    run("DELETE FROM loose", "INSERT INTO loose VALUES (1, 1)");
    run("ALTER TABLE loose ADD PRIMARY KEY (id)");
    assertThatThrownBy(() -> changes("id", "loose", range))
        .hasStackTraceContaining("what is its primary key was none then");
    run("ALTER TABLE loose ADD COLUMN w INTEGER");
    assertThatThrownBy(() -> changes("id", "loose", range))
        .hasStackTraceContaining("its columns were");
    assertThatThrownBy(
            () ->
                spark().readStream().option("startingVersion", first).changes("changes.main.loose"))
        .isNotNull();
  }
}

package io.duckherder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leaving partitions out saves work and never a row. */
final class TestZoneFilter {
  private static final String TABLE =
      """
      CREATE TABLE t AS SELECT
        i::INTEGER AS i, (i - 5000)::DECIMAL(20, 4) / 7 AS de, (i / 3)::FLOAT AS f,
        CASE WHEN i % 1000 = 0 THEN 'nan'::DOUBLE WHEN i % 4001 = 0 THEN '-inf' ELSE i / 7 END AS d,
        DATE '1582-01-01' + (i::INTEGER) AS dt,
        TIMESTAMP '1969-12-31' + INTERVAL (i) MINUTE AS ts,
        TIMESTAMPTZ '2020-03-08 00:00:00+00' + INTERVAL (i) MINUTE AS tz,
        CASE WHEN i % 5 = 0 THEN NULL ELSE 'p' || lpad((i // 50)::VARCHAR, 6, '0') END AS s,
        CASE WHEN i > 8000 THEN chr(200 + (i % 100)::INTEGER) || i ELSE 'Z\\n' || i END AS u,
        i > 6000 AS b, (i * 100000000000000000000)::HUGEINT AS h, NULL::INTEGER AS n,
        CASE WHEN i % 777 = 0 THEN 0::DOUBLE / 0 ELSE i END AS z
      FROM range(10000) r(i)""";

  @TempDir Path folder;

  @Test
  void leavesOutPartitionsThatCannotMatch() {
    try (PlannedDatabase database = open()) {
      for (String filter :
          List.of(
              "\"i\" < 100",
              "100 > \"i\"",
              "\"i\" = 5 OR \"i\" IN (7, 9)",
              "\"dt\" >= DATE '1609-05-01'",
              "\"ts\" BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '1970-01-01 03:00:00'",
              "\"tz\" < TIMESTAMPTZ '2020-03-08 01:00:00+00'",
              "\"s\" = 'p000003'",
              "\"h\" > 900000000000000000000000",
              "\"de\" < -700.5 AND \"b\" = false")) {
        ReadPlan plan = database.read(PlannedDatabase.FINE, "t", filter);
        assertThat(plan.summary().pruning().partitions()).as(filter).isPositive();
        assertThat(database.rows(plan))
            .as(filter)
            .isNotEmpty()
            .isEqualTo(database.sorted("SELECT * FROM t WHERE " + filter));
      }
    }
  }

  @Test
  void neverLosesARowWhateverTheFilter() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (PlannedDatabase database = open()) {
      for (int i = 0; i < 150; i++) {
        String filter = condition(random, 2);
        List<String> expected = database.sorted("SELECT * FROM t WHERE " + filter);
        assertThat(database.rows(database.read(PlannedDatabase.FINE, "t", filter)))
            .as("seed %d, %s", seed, filter)
            .isEqualTo(expected);
        assertThat(
                database.rows(
                    database.query(PlannedDatabase.FINE, "SELECT * FROM t WHERE " + filter)))
            .as("seed %d, query %s", seed, filter)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void knowsColumnsApartThatDifferInTheCaseOfOtherLetters() {
    try (PlannedDatabase database =
        PlannedDatabase.createWith(
            "ROW_GROUP_SIZE 2048",
            folder.resolve("names.duckdb"),
            "CREATE TABLE t AS SELECT i AS \"É\", i + 1000000 AS \"é\", i AS \"k\","
                + " 10000 - i AS \"\u212A\" FROM range(10000) r(i)")) {
      for (String filter : List.of("\"É\" = 5", "\"é\" = 1000005", "\"K\" = 7", "\"\u212A\" = 7")) {
        List<String> expected = database.sorted("SELECT * FROM t WHERE " + filter);
        ReadPlan plan = database.read(PlannedDatabase.FINE, "t", filter);
        assertThat(plan.summary().pruning().partitions()).as(filter).isPositive();
        assertThat(database.rows(plan)).as(filter).hasSize(1).isEqualTo(expected);
      }
    }
  }

  private PlannedDatabase open() {
    return PlannedDatabase.createWith("ROW_GROUP_SIZE 2048", folder.resolve("z.duckdb"), TABLE);
  }

  private static String condition(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String operator = random.nextBoolean() ? " AND " : " OR ";
      String both = condition(random, depth - 1) + operator + condition(random, depth - 1);
      return (random.nextInt(6) == 0 ? "NOT (" : "(") + both + ")";
    }
    int n = random.nextInt(12_000) - 1_000;
    String[] terms = {
      "\"i\" OP " + n,
      "\"i\" OP " + n + ".5",
      "\"de\" OP " + (n - 5_000) / 7.0,
      "\"f\" OP " + n / 3.0,
      "\"f\" OP " + n / 3.0f + "::FLOAT",
      "\"d\" OP " + n / 7.0,
      "\"d\" OP 'nan'::DOUBLE",
      "\"d\" OP '-inf'::DOUBLE",
      "\"dt\" OP DATE '1582-01-01' + " + n,
      "\"dt\" OP TIMESTAMP '1600-01-01 12:00:00'",
      "\"ts\" OP TIMESTAMP '1970-01-01' + INTERVAL (" + n + ") MINUTE",
      "\"tz\" OP TIMESTAMPTZ '2020-03-08 05:00:00+05:30'",
      "\"s\" OP 'p000" + Math.abs(n) / 50 + "'",
      "\"s\" OP 'p0001'",
      "\"u\" OP 'Z'",
      "\"u\" OP '" + (char) (200 + Math.abs(n) % 100) + "'",
      "\"b\" OP " + random.nextBoolean(),
      "\"h\" OP " + n + "00000000000000000000",
      "\"z\" OP " + n,
      "\"n\" OP 5",
      "\"n\" IS NULL",
      "\"i\" IN (" + n + ", " + (n + 3_000) + ")",
      "\"i\" IN (1, 2, 3, 4, 5, 6, 7, " + n + ")",
      "\"i\" BETWEEN " + n + " AND " + (n + 500),
      "\"i\" + 1 OP " + n,
      "\"s\" LIKE 'p0000%'",
      "\"i\" IS DISTINCT FROM " + n,
    };
    String[] operators = {"=", "<", "<=", ">", ">=", "<>"};
    return terms[random.nextInt(terms.length)].replace(
        "OP", operators[random.nextInt(operators.length)]);
  }
}

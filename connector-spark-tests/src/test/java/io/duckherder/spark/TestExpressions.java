package io.duckherder.spark;

import static io.duckherder.spark.SparkExtension.spark;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each expression that is translated, over the values on which engines disagree: DuckDB's values
 * are Spark's, row by row. And those that look as if they could be translated, and must not be.
 */
@ExtendWith(SparkExtension.class)
final class TestExpressions {
  private static final List<String> EXACT =
      List.of(
          "flag",
          "ti",
          "ut",
          "ui",
          "d",
          "f",
          "dec",
          "big",
          "s",
          "s2",
          "en",
          "b",
          "dt",
          "ts",
          "tss",
          "tz",
          "st.x",
          "st.`Y y`",
          "cast(ti AS INT) + si",
          "cast(si AS INT) * ti",
          "cast(ti AS INT) - 1",
          "cast(i AS BIGINT) * i",
          "ui + 1L",
          "-cast(ti AS INT)",
          "abs(cast(si AS INT))",
          "i % 7",
          "bi % 10",
          "ti % 5Y",
          "i & 255",
          "i | si",
          "bi ^ 3L",
          "~i",
          "~ti",
          "dec + money",
          "dec - fine",
          "1 - dec",
          "dec * dec",
          "money * (1 - dec)",
          "fine * dec",
          "money * (1 - dec) * (1 + dec)",
          "-dec",
          "abs(money * money)",
          "-cast(dec AS DECIMAL(38, 2))",
          "dec + ti",
          "money * 2",
          "0.05BD * money",
          "fine * 0.000001BD",
          "d + d",
          "d - 0.1D",
          "d * d",
          "f * f",
          "f + 1.5F",
          "d / 3D",
          "d / -0.5D",
          "i / 7",
          "-d",
          "abs(d)",
          "abs(f)",
          "-f",
          "cast(ti AS SMALLINT)",
          "cast(i AS BIGINT)",
          "cast(i AS DECIMAL(10, 0))",
          "cast(bi AS DECIMAL(22, 2))",
          "cast(dec AS DECIMAL(12, 4))",
          "cast(dec AS DOUBLE)",
          "cast(money AS DOUBLE)",
          "cast(bi AS DOUBLE)",
          "cast(f AS DOUBLE)",
          "cast(ut AS INT)",
          "cast(dt AS TIMESTAMP_NTZ)",
          "cast(ts AS DATE)",
          "cast(tss AS DATE)",
          "cast(i AS STRING)",
          "cast(bi AS STRING)",
          "cast(dt AS STRING)",
          "cast(flag AS STRING)",
          "cast(flag AS INT)",
          "year(dt)",
          "quarter(dt)",
          "month(dt)",
          "day(dt)",
          "dayofyear(dt)",
          "weekofyear(dt)",
          "dayofweek(dt)",
          "weekday(dt)",
          "extract(YEAROFWEEK FROM dt)",
          "year(ts)",
          "month(tss)",
          "hour(ts)",
          "minute(ts)",
          "second(ts)",
          "hour(tss)",
          "datediff(dt, dt2)",
          "year(date_add(dt2, 1000))",
          "trunc(dt, 'year')",
          "trunc(dt, 'quarter')",
          "trunc(dt, 'MM')",
          "trunc(dt, 'WEEK')",
          "trunc(ts, 'MON')",
          "length(s)",
          "char_length(s2)",
          "bit_length(s)",
          "substring(s, 1, 2)",
          "substring(s, 2)",
          "substring(s, 0, 2)",
          "substring(s, -2)",
          "substring(s, -3, 2)",
          "substring(s, -9, 8)",
          "substring(s, 3, 0)",
          "trim(s)",
          "ltrim(s)",
          "rtrim(s)",
          "trim('a ' FROM s)",
          "trim(LEADING 'Z%' FROM s)",
          "rtrim('c ', s)",
          "concat(s, s2)",
          "s || '!' || en",
          "coalesce(s, s2, '')",
          "coalesce(i, 0)",
          "nvl(dt, dt2)",
          "nullif(i, 42)",
          "ifnull(d, 0D)",
          "greatest(i, id)",
          "least(dec, 0.5BD)",
          "greatest(bi, ui)",
          "CASE WHEN i > 0 THEN s WHEN flag THEN s2 END",
          "CASE s WHEN 'a' THEN 1 ELSE 0 END",
          "if(d > 0, d, -d)",
          "if(flag, 1, NULL)",
          "CASE WHEN s = 'a' THEN money ELSE 0 END",
          "s = s2",
          "s < s2",
          "substring(s, 1, 1) = 'a'",
          "d = f",
          "dt < dt2",
          "ts > dt",
          "i IN (id, 42)",
          "st.x IS NULL",
          "contains(s, s2)",
          "startswith(s, st.`Y y`)",
          "endswith(s, trim(s2))",
          "id BETWEEN 1 AND 3",
          "NOT flag",
          "flag AND i > 0",
          "s LIKE 'a%c'",
          "flag <=> NULL",
          "isnotnull(i % 7)",
          "ut = ti");

  private static final List<String> FAILING =
      List.of(
          "i + 1",
          "i - id",
          "i * 2",
          "bi + 1L",
          "bi * bi",
          "-i",
          "abs(bi)",
          "ti + ti",
          "si * si",
          "(i + 1) % 7",
          "money * (1 - dec) * (1 + money)",
          "big * 10",
          "cast(i + 1 AS BIGINT)",
          "bi - 1",
          "id + 1",
          "id * 1000",
          "id * 1000000");

  private static final List<String> SPARKS_OWN =
      List.of(
          "startswith(s2, s)",
          "upper(s)",
          "lower(s)",
          "initcap(s)",
          "i / id",
          "dec / 3",
          "money % 3",
          "d % 2D",
          "i % id",
          "i % -1",
          "sqrt(d)",
          "exp(d)",
          "round(d, 1)",
          "cast(d AS INT)",
          "cast(s AS INT)",
          "cast(big AS DOUBLE)",
          "cast(dec AS STRING)",
          "cast(d AS STRING)",
          "cast(ts AS STRING)",
          "cast(i AS SMALLINT)",
          "cast(tz AS DATE)",
          "hour(tz)",
          "cast(dt AS TIMESTAMP)",
          "cast(ts AS TIMESTAMP)",
          "date_add(dt, id)",
          "date_add(dt, 1)",
          "trunc(dt, 'day')",
          "trunc(dt, s)",
          "substring(s, id)",
          "substring(s, 1, -1)",
          "trim(s2 FROM s)",
          "md5(s)",
          "lpad(s, 5, 'x')",
          "greatest(d, 0D)",
          "rand()",
          "big + big",
          "abs(big)",
          "-big",
          "nullif(b, X'FF')",
          "if(flag, b, NULL)",
          "fine * fine * dec",
          "trunc(dt, 'Q')",
          "fine * fine * fine",
          "i + i * i",
          "coalesce(i + 1, 0)",
          "if(flag, i + 1, 0)",
          "s COLLATE UTF8_LCASE",
          "st",
          "try_add(i, 1)",
          "cast(bi AS FLOAT)");

  @TempDir static Path folder;

  private static SparkSession session;
  private static TranslatedExpressions expressions;

  @BeforeAll
  static void createTable() {
    session = spark().newSession();
    session.conf().set("spark.sql.codegen.wholeStage", "false");
    session.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    expressions = new TranslatedExpressions(session, TroublesomeTable.create(folder, session));
  }

  @BeforeEach
  void failOnOverflow() {
    session.conf().set("spark.sql.ansi.enabled", "true");
    SparkSession.setActiveSession(session);
  }

  @Test
  void haveSparksValues() {
    assertThat(EXACT)
        .allSatisfy(expression -> assertThat(expressions.value(expression)).isPresent());
    assertThat(expressions.differences(EXACT)).isEmpty();
  }

  @Test
  void failWhereSparksFail() {
    int failed = 0;
    for (String expression : FAILING) {
      for (String rows :
          List.of("true", "id < 40 AND ti < 50 AND ti > -5 AND bi = 3 AND dec < 2")) {
        List<Answer> answers = expressions.answers(expression, rows);
        assertThat(answers.get(0)).as(expression + ": " + answers).isEqualTo(answers.get(1));
        failed += answers.get(0).failure().isPresent() ? 1 : 0;
      }
    }
    assertThat(failed).isBetween(FAILING.size() / 2, FAILING.size());
  }

  /** DuckDB chooses the order of conditions, and could fail for rows that Spark never looks at. */
  @Test
  void areNoConditionsIfTheyCanFail() {
    assertThat(
            FAILING.stream()
                .filter(e -> expressions.condition("(" + e + ") IS NULL OR flag").isPresent()))
        .isEmpty();
    assertThat(expressions.condition("(i % 7) IS NULL OR flag")).isPresent();
  }

  @Test
  void areLeftToSparkIfDuckDBDiffers() {
    assertThat(SPARKS_OWN)
        .allSatisfy(expression -> assertThat(expressions.value(expression)).isEmpty());
  }

  /** Spark's wrapped numbers have no counterpart. */
  @Test
  void areLeftToSparkIfTheyWrap() {
    session.conf().set("spark.sql.ansi.enabled", "false");
    assertThat(List.of("cast(ti AS INT) + si", "i + 1", "abs(i)", "dec * 2"))
        .allSatisfy(expression -> assertThat(expressions.value(expression)).isEmpty());
  }
}

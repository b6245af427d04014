package io.duckherder.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.wire.BatchStream;
import java.nio.file.Path;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each DuckDB type in its Arrow form, with values at its edges. */
final class TestArrowForms {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "true | Bool | true",
        "(-128)::TINYINT | Int(8, true) | -128",
        "255::UTINYINT | Int(8, false) | -1",
        "18446744073709551615::UBIGINT | Int(64, false) | -1",
        "1.5::FLOAT | FloatingPoint(SINGLE) | 1.5",
        "'nan'::DOUBLE | FloatingPoint(DOUBLE) | NaN",
        "12345.67::DECIMAL(15,2) | Decimal(15, 2, 128) | 12345.67",
        "(-99999999999999999999999999999999999999)::HUGEINT | Decimal(38, 0, 128) | -99999999999999999999999999999999999999",
        "5::UHUGEINT | Decimal(38, 0, 128) | 5",
        "'123456789012345678901234567890123456789012345678901234567890'::BIGNUM | Utf8 | 123456789012345678901234567890123456789012345678901234567890",
        "'héllo' | Utf8 | héllo",
        "'{\"a\":1}'::JSON | Utf8 | {\"a\":1}",
        "'b'::ENUM('a', 'b') | Utf8 | b",
        "'10101'::BIT | Utf8 | 10101",
        "'00000000-0000-0000-0000-0000000000ff'::UUID | Utf8 | 00000000-0000-0000-0000-0000000000ff",
        "DATE '0044-03-15 (BC)' | Date(DAY) | -735160",
        "TIME '23:59:59.999999' | Time(MICROSECOND, 64) | 86399999999",
        "TIMETZ '12:00:00+05:30' | Utf8 | 12:00:00+05:30",
        "TIMESTAMP '2020-01-01 00:00:00.000001' | Timestamp(MICROSECOND, null) | 2020-01-01T00:00:00.000001",
        "TIMESTAMP_S '2020-01-01' | Timestamp(SECOND, null) | 2020-01-01T00:00",
        "TIMESTAMP_MS '2020-01-01' | Timestamp(MILLISECOND, null) | 2020-01-01T00:00",
        "TIMESTAMP_NS '2020-01-01 00:00:00.000000001' | Timestamp(NANOSECOND, null) | 2020-01-01T00:00:00.000000001",
        "[1::HUGEINT, NULL] | List | [1,null]",
        "[1, 2]::INTEGER[2] | FixedSizeList(2) | [1,2]",
        "{'a': '1'::BIT, 'b c': ['x'::ENUM('x')]} | Struct | {\"a\":\"1\",\"b c\":[\"x\"]}",
        "MAP {'k': 1::UHUGEINT} | Map(false) | [{\"key\":\"k\",\"value\":1}]",
        "NULL::INTERVAL[2] | FixedSizeList(2) | null",
        "NULL::UNION(n INTEGER)[2] | FixedSizeList(2) | null",
        "[{'x0': union_value(n := 1)}]::STRUCT(x0 UNION(n INTEGER))[1] | FixedSizeList(1) | [{\"x0\":{\"union_tag\":\"n\",\"n\":1}}]",
        "row(1, ['1'::BIT]) | Struct | {\"_1\":1,\"_2\":[\"1\"]}",
        "[NULL::TUPLE(INTEGER)] | List | [null]",
        "NULL | Null | null",
        "union_value(n := 1::HUGEINT)::UNION(n HUGEINT, m HUGEINT) | Struct | {\"union_tag\":\"n\",\"n\":1}",
        "[union_value(n := '1'::BIT), NULL] | List | [{\"union_tag\":\"n\",\"n\":\"1\"},null]",
        "MAP {'k': {'u': union_value(n := 1)}} | Map(false) | [{\"key\":\"k\",\"value\":{\"u\":{\"union_tag\":\"n\",\"n\":1}}}]",
        "[union_value(n := 1), union_value(n := 2)]::UNION(n INTEGER)[2] | FixedSizeList(2) | [{\"union_tag\":\"n\",\"n\":1},{\"union_tag\":\"n\",\"n\":2}]",
      })
  void sendsEachType(String literal, String arrowType, String value) {
    try (EngineFixture fixture = new EngineFixture(folder);
        BatchStream stream = fixture.run("SELECT " + literal + " AS v")) {
      assertThat(stream.schema().getFields().get(0).getType()).hasToString(arrowType.trim());
      assertThat(stream.next()).isTrue();
      FieldVector vector = stream.root().getVector(0);
      assertThat(String.valueOf(vector.getObject(0))).isEqualTo(value.trim());
      assertThat(stream.next()).isFalse();
    }
  }

  @Test
  void failsOnNumbersThatArrowCannotHold() {
    try (EngineFixture fixture = new EngineFixture(folder)) {
      for (String type : new String[] {"HUGEINT", "UHUGEINT"}) {
        assertThatThrownBy(
                () -> fixture.count("SELECT 100000000000000000000000000000000000000::" + type))
            .isInstanceOfSatisfying(
                DuckherderException.class,
                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_DATA));
      }
    }
  }

  @Test
  void keepsIntervalsInTheirThreeParts() {
    try (EngineFixture fixture = new EngineFixture(folder);
        BatchStream stream =
            fixture.run("SELECT INTERVAL '14 months 3 days 1.000001 seconds' AS v")) {
      stream.next();
      assertThat(String.valueOf(stream.root().getVector(0).getObject(0)))
          .isEqualTo("P14M3D PT1.000001S");
    }
  }

  @Test
  void failsOnIntervalsThatArrowCannotHold() {
    try (EngineFixture fixture = new EngineFixture(folder)) {
      assertThat(fixture.count("SELECT [to_hours(2562046), NULL] AS v, NULL::INTERVAL AS n"))
          .isEqualTo(1);
      for (String value : new String[] {"to_hours(-2562047)", "{'i': [to_hours(99999999)]}"}) {
        assertThatThrownBy(() -> fixture.count("SELECT " + value + " AS v"))
            .hasMessageContaining("\"v\"")
            .isInstanceOf(DuckherderException.class);
      }
    }
  }

  @Test
  void failsOnlyWhenAnUnsupportedColumnIsSelected() {
    try (EngineFixture fixture =
        new EngineFixture(folder, "CREATE TABLE t AS SELECT 1 AS a, NULL::GEOMETRY AS shape")) {
      assertThat(fixture.count("SELECT a FROM t")).isEqualTo(1);
      assertThatThrownBy(() -> fixture.count("SELECT * FROM t"))
          .hasMessageContaining("\"shape\"")
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNSUPPORTED_TYPE));
    }
  }

  @Test
  void keepsTheOrderOfAStatementWhoseColumnsAreCast() {
    try (EngineFixture fixture = new EngineFixture(folder);
        BatchStream stream =
            fixture.run(
                "SELECT i::HUGEINT AS h, i FROM range(500000) r(i) ORDER BY i DESC -- the end")) {
      long expected = 499_999;
      while (stream.next()) {
        FieldVector vector = stream.root().getVector("i");
        for (int row = 0; row < stream.root().getRowCount(); row++) {
          assertThat(vector.getObject(row)).isEqualTo(expected--);
        }
      }
      assertThat(expected).isEqualTo(-1);
    }
  }
}

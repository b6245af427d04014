package io.duckherder.worker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.duckherder.exchange.ExchangeForm;
import io.duckherder.plan.FragmentInput;
import io.duckherder.sql.DuckDBType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each type, with values at its edges, from one worker to another and back into DuckDB. */
final class TestExchangeTypes {
  private static final List<String> VALUES =
      List.of(
          "true",
          "(-128)::TINYINT",
          "255::UTINYINT",
          "18446744073709551615::UBIGINT",
          "(-9223372036854775808)::BIGINT",
          "(-170141183460469231731687303715884105727::HUGEINT - 1)",
          "170141183460469231731687303715884105727::HUGEINT",
          "340282366920938463463374607431768211455::UHUGEINT",
          "0::UHUGEINT",
          "'nan'::DOUBLE",
          "'-0.0'::DOUBLE",
          "'-infinity'::FLOAT",
          "4.9e-324::DOUBLE",
          "12.3::DECIMAL(3,1)",
          "(-99999999999999999999999999999999999999)::DECIMAL(38,0)",
          "'0.99999999999999999999999999999999999999'::DECIMAL(38,38)",
          "('-' || repeat('9', 300))::BIGNUM",
          "''",
          "'héllo ' || chr(0) || ' 🦆'",
          "''::BLOB",
          "'\\x00\\xFF'::BLOB",
          "'{\"a\": [1,  2]}'::JSON",
          "'b'::ENUM('c', 'b', 'a''\"')",
          "'1'::BIT",
          "'0000000001'::BIT",
          "'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID",
          "DATE '5877642-06-25 (BC)'",
          "'infinity'::DATE",
          "TIME '24:00:00'",
          "TIME_NS '23:59:59.999999999'",
          "TIMETZ '24:00:00-15:59:59'",
          "TIMETZ '00:00:00.000001+15:59:59'",
          "TIMESTAMP '290309-12-22 (BC) 00:00:00'",
          "'infinity'::TIMESTAMP",
          "'-infinity'::TIMESTAMP_S",
          "TIMESTAMP_S '2020-01-01 00:00:01'",
          "'infinity'::TIMESTAMP_MS",
          "TIMESTAMP_NS '2020-01-01 00:00:00.000000001'",
          "'-infinity'::TIMESTAMP_NS",
          "'infinity'::TIMESTAMPTZ",
          "TIMESTAMPTZ '2020-01-01 00:00:00.000001+05:45'",
          "'2020-01-01 00:00:00.000000001'::TIMESTAMPTZ_NS",
          "INTERVAL '14 months -3 days 1.000001 seconds'",
          "to_microseconds(-363598999999)",
          "to_microseconds(-9223372036854775808)",
          "to_microseconds(9223372036854775807)",
          "to_months(-2147483648) + to_days(2147483647) + to_microseconds(-1)",
          "NULL",
          "[1, NULL, 3]",
          "[]::VARCHAR[]",
          "NULL::INTEGER[]",
          "[NULL]::INTEGER[]",
          "[NULL]",
          "[[1::HUGEINT], NULL, []]",
          "[INTERVAL 1 month, NULL]",
          "[1, 2]::INTEGER[2]",
          "[NULL, INTERVAL 1 day]::INTERVAL[2]",
          "NULL::INTERVAL[2]",
          "[['1'::BIT, NULL], NULL]::BIT[2][2]",
          "{'a': 1, 'b c': NULL::VARCHAR}",
          "{'a': NULL::HUGEINT}",
          "NULL::STRUCT(a INTERVAL)",
          "{'a': NULL::INTERVAL, 'B\"': [{'x': 'z'::ENUM('z')}]}",
          "row(1, INTERVAL 1 day, NULL::VARCHAR)",
          "NULL::TUPLE(INTEGER)",
          "[row('1'::BIT)]",
          "MAP {'k': 1::UHUGEINT, 'l': NULL}",
          "MAP {}::MAP(VARCHAR, INTERVAL)",
          "NULL::MAP(VARCHAR, INTERVAL)",
          "MAP {INTERVAL 1 day: row(1, [INTERVAL 2 day])}",
          "union_value(n := 1)::UNION(n INTEGER, m INTERVAL)",
          "union_value(m := INTERVAL 1 day)::UNION(n INTEGER, m INTERVAL)",
          "union_value(n := NULL::INTEGER)",
          "NULL::UNION(n INTEGER)",
          "[union_value(n := '1'::BIT), NULL]",
          "MAP {'k': {'u': union_value(n := TIMETZ '00:00:00+01')}}",
          "[[union_value(n := row(1))]]::UNION(n TUPLE(INTEGER))[1][]");

  private static final List<String> UNSUPPORTED =
      List.of("VARIANT", "GEOMETRY", "AGGREGATE_STATE", "ENUM", "\"mood\"", "VARIANT[]");

  @TempDir Path folder;

  @Test
  void keepsEachTypeAndValueExactly() throws SQLException {
    SoftAssertions all = new SoftAssertions();
    try (ExchangeFixture fixture = new ExchangeFixture(folder);
        Connection oracle = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = oracle.createStatement()) {
      for (String value : VALUES) {
        all.assertThatCode(() -> cross(fixture, statement, value))
            .as(value)
            .doesNotThrowAnyException();
      }
    }
    all.assertAll();
  }

  private static void cross(ExchangeFixture fixture, Statement oracle, String value)
      throws SQLException {
    String type = text(oracle, "SELECT typeof(" + value + ")");
    assertThat(ExchangeForm.supports(DuckDBType.parse(type))).isTrue();
    String table = "t" + VALUES.indexOf(value);
    // Two rows, so that a NULL stands beside the value.
    String rows = "SELECT " + value + " AS v UNION ALL SELECT NULL";
    fixture.keep(fixture.first, "types", table, rows);
    FragmentInput input =
        ExchangeFixture.input(List.of(ExchangeFixture.source(fixture.first, table)), "v", type);
    String sql =
        """
        SELECT typeof(v), coalesce(v::VARCHAR, 'NULL'), v IS NOT DISTINCT FROM %s
        FROM (FROM temp.main.rows LIMIT 1) UNION ALL SELECT count(*)::VARCHAR, '', true FROM %s
        """
            .formatted(value, "temp.main.rows");
    assertThat(fixture.read(fixture.second, "types", sql, input))
        .containsExactlyInAnyOrder(
            type
                + "|"
                + text(oracle, "SELECT coalesce((%s)::VARCHAR, 'NULL')".formatted(value))
                + "|true",
            "2||true");
  }

  @Test
  void saysWhichTypesCannotCross() {
    assertThat(UNSUPPORTED).noneMatch(type -> ExchangeForm.supports(DuckDBType.parse(type)));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}

package io.duckherder.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Type names read and written as DuckDB does. */
final class TestDuckDBType {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1::DECIMAL(15, 2)",
        "{'a': 1, 'b c': [{'x\"y': 'z'}]}",
        "[[1, 2], NULL]",
        "[1, 2]::INTEGER[2]",
        "[[1], [2]]::INTEGER[1][2]",
        "MAP {'a': {'b': [1.5]}}",
        "union_value(\"n u\" := 1::TINYINT)::UNION(\"n u\" TINYINT, s VARCHAR)",
        "TIMESTAMPTZ '2020-01-01'",
        "{'t': TIMETZ '12:00:00+01', 'u': 1}",
        "row(1, 'x')",
        "[]"
      })
  void readsAndWritesWhatDuckDBWrites(String value) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      String written =
          first(statement, "SELECT column_type FROM (DESCRIBE SELECT " + value + " AS v)");
      String again = DuckDBType.parse(written).toString();
      assertThat(
              first(
                  statement, "SELECT column_type FROM (DESCRIBE SELECT NULL::" + again + " AS v)"))
          .isEqualTo(written);
    }
  }

  @Test
  void knowsTheParts() {
    assertThat(DuckDBType.parse("STRUCT(a DECIMAL(3,1), \"b \"\"c\" ENUM('x, (', 'y''z')[])"))
        .isEqualTo(
            new DuckDBType.Composite(
                DuckDBType.Kind.STRUCT,
                java.util.List.of(
                    new DuckDBType.Member("a", new DuckDBType.Scalar("DECIMAL", "3,1")),
                    new DuckDBType.Member(
                        "b \"c",
                        new DuckDBType.ListOf(new DuckDBType.Scalar("ENUM", "'x, (', 'y''z'"))))));
  }

  @Test
  void scalarsAreReplacedWhereverTheyAre() {
    assertThat(
            DuckDBType.parse("STRUCT(a MAP(DATE, DATE[]), b UNION(c DATE[2], d TIME))")
                .withScalars(
                    scalar ->
                        scalar.name().equals("DATE") ? new DuckDBType.Scalar("JSON", "") : scalar))
        .isEqualTo(DuckDBType.parse("STRUCT(a MAP(JSON, JSON[]), b UNION(c JSON[2], d TIME))"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "STRUCT(", "INTEGER[", "MAP(INTEGER)", "ENUM('a"})
  void refusesWhatIsNoType(String text) {
    assertThatThrownBy(() -> DuckDBType.parse(text)).isInstanceOf(DuckherderException.class);
  }

  private static String first(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}

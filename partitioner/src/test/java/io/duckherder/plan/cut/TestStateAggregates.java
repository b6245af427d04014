package io.duckherder.plan.cut;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The proof of the planner's list: a function's states, made over random parts of a table, cast to
 * values, restored and combined, give what the function gives over the whole table; for every type
 * of argument that the function takes, with and without groups, filters and rows.
 */
final class TestStateAggregates {
  private static final int ROWS = 400;
  private static final int PARTS = 8;

  /** Their second argument chooses a row, so it must be unique. */
  private static final Set<String> CHOOSING = Set.of("arg_min", "arg_max");

  /** Type to SQL for a value of row {@code i}. */
  private static final Map<String, String> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("BOOLEAN", "hash(i, 1) % 2 = 0");
    TYPES.put("TINYINT", "hash(i, 2) % 100");
    TYPES.put("SMALLINT", "hash(i, 3) % 30000");
    TYPES.put("INTEGER", "hash(i, 4) % 2000000000");
    TYPES.put("BIGINT", "hash(i, 5) // 4");
    TYPES.put("HUGEINT", "(hash(i, 6) // 4)::HUGEINT * 1000000007");
    TYPES.put("UTINYINT", "hash(i, 7) % 250");
    TYPES.put("USMALLINT", "hash(i, 8) % 65000");
    TYPES.put("UINTEGER", "hash(i, 9) % 4000000000");
    TYPES.put("UBIGINT", "hash(i, 10)");
    TYPES.put("UHUGEINT", "(hash(i, 11) // 4)::UHUGEINT * 1000000007");
    TYPES.put("FLOAT", "(hash(i, 12) % 100000) / 8");
    TYPES.put("DOUBLE", "(hash(i, 13) % 10000000) / 7");
    TYPES.put("DECIMAL(4,1)", "(hash(i, 14) % 9999) / 10");
    TYPES.put("DECIMAL(9,3)", "(hash(i, 15) % 999999) / 8");
    TYPES.put("DECIMAL(18,4)", "(hash(i, 16) % 99999999)");
    TYPES.put("DECIMAL(38,6)", "(hash(i, 17) // 4)::DECIMAL(30,0)");
    TYPES.put("VARCHAR", "CASE WHEN hash(i, 18) % 9 = 0 THEN '' ELSE 'é' || hash(i, 19) END");
    TYPES.put("BLOB", "encode('b' || hash(i, 20))");
    TYPES.put("BIT", "(hash(i, 21) % 100000)::INTEGER::BIT");
    TYPES.put("DATE", "DATE '1960-01-01' + (hash(i, 22) % 40000)::INTEGER");
    TYPES.put("TIME", "TIME '00:00:00' + to_microseconds((hash(i, 23) % 86400000000)::BIGINT)");
    TYPES.put("TIMETZ", "(TIME '10:00:00' + to_seconds((hash(i, 24) % 9999)::BIGINT))::TIMETZ");
    TYPES.put(
        "TIMESTAMP", "TIMESTAMP '1990-01-01' + to_seconds((hash(i, 25) % 999999999)::BIGINT)");
    TYPES.put(
        "TIMESTAMP_S", "TIMESTAMP '1990-01-01' + to_seconds((hash(i, 26) % 9999999)::BIGINT)");
    TYPES.put(
        "TIMESTAMP_NS", "TIMESTAMP '1990-01-01' + to_seconds((hash(i, 27) % 9999999)::BIGINT)");
    TYPES.put(
        "TIMESTAMPTZ", "TIMESTAMP '1990-01-01' + to_seconds((hash(i, 28) % 9999999)::BIGINT)");
    TYPES.put("INTERVAL", "to_seconds((hash(i, 29) % 99999)::BIGINT)");
    TYPES.put("UUID", "md5(i::VARCHAR)::UUID");
    TYPES.put("mood", "(['sad', 'ok', 'Happy'])[1 + (hash(i, 30) % 3)::BIGINT]");
    TYPES.put("INTEGER[]", "[hash(i, 31) % 100, NULL]");
    TYPES.put("STRUCT(a INTEGER, b VARCHAR)", "{'a': hash(i, 32) % 100, 'b': 'x'}");
    TYPES.put("MAP(VARCHAR, INTEGER)", "MAP {'k': hash(i, 33) % 100}");
  }

  private static Connection connection;
  private final StateAggregates aggregates = new StateAggregates();

  @BeforeAll
  static void table() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = 1");
    execute("SET TimeZone = 'UTC'");
    execute("CREATE TYPE mood AS ENUM ('sad', 'ok', 'Happy')");
    List<String> columns = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, String> type : TYPES.entrySet()) {
      columns.add(
          "CASE WHEN hash(i, 100) %% 7 = %d THEN NULL ELSE CAST(%s AS %s) END AS c%d"
              .formatted(number % 7, type.getValue(), type.getKey(), number++));
    }
    execute(
        "CREATE TABLE t AS SELECT i AS id, CASE WHEN i %% 11 > 0 THEN i %% 7 END AS g, hash(i, 99) %% %d AS part, %s FROM range(%d) r(i)"
            .formatted(PARTS, String.join(", ", columns), ROWS));
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  static Stream<String> names() {
    return StateAggregates.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void statesOfPartsCombineToTheWhole(String function) throws SQLException {
    List<Combined> calls = calls(function);
    assertThat(calls).as("types that %s takes", function).isNotEmpty();
    check(calls, "g", "");
    check(calls, "g", " FILTER (WHERE id % 5 = 1)");
    check(calls, "g // 3", " FILTER (WHERE false)");
    check(calls, "0", "");
    check(calls, "0", " FILTER (WHERE false)");
  }

  /** A call, the value of its state, and what is made of the values. */
  private record Combined(String call, String state, String result) {}

  private List<Combined> calls(String function) throws SQLException {
    List<Combined> calls = new ArrayList<>();
    List<String> types = List.copyOf(TYPES.keySet());
    if (function.equals("count_star")) {
      calls.add(combined(function, List.of(), List.of()).orElseThrow());
    }
    for (int i = 0; i < types.size(); i++) {
      // A product of any numbers overflows, and then its order matters.
      String column = function.equals("product") ? "(1 + c%d %% 2)".formatted(i) : "c" + i;
      String second = CHOOSING.contains(function) ? "id" : "c" + types.indexOf("DOUBLE");
      String secondType = CHOOSING.contains(function) ? "BIGINT" : "DOUBLE";
      combined(function, List.of(column), List.of(types.get(i))).ifPresent(calls::add);
      if (!function.matches("min|max")) {
        combined(function, List.of(column, second), List.of(types.get(i), secondType))
            .ifPresent(calls::add);
      }
    }
    return calls;
  }

  private Optional<Combined> combined(String function, List<String> columns, List<String> types)
      throws SQLException {
    String call =
        function.equals("count_star")
            ? "count(*)"
            : function + "(" + String.join(", ", columns) + ")";
    try (PreparedStatement statement = connection.prepareStatement("SELECT " + call + " FROM t")) {
      statement.getMetaData();
    } catch (SQLException e) {
      return Optional.empty();
    }
    return aggregates
        .state(connection, function, types)
        .map(
            state ->
                state.isResult()
                    ? new Combined(call, "%s", function + "(%s)")
                    : new Combined(
                        call,
                        "CAST(%s EXPORT_STATE AS " + state.type() + ")",
                        "finalize(combine_aggr(" + state.restored("%s") + "))"));
  }

  private static void check(List<Combined> calls, String group, String filter) throws SQLException {
    String plain =
        calls.stream()
            .map(call -> "CAST(" + call.call() + filter + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    List<String> states = new ArrayList<>();
    List<String> results = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      states.add(calls.get(i).state().formatted(calls.get(i).call() + filter) + " AS s" + i);
      results.add("CAST(" + calls.get(i).result().formatted("s" + i) + " AS VARCHAR)");
    }
    String wanted = "SELECT %s AS k, %s FROM t GROUP BY k ORDER BY k".formatted(group, plain);
    String parts =
        "SELECT %s AS k, part, %s FROM t GROUP BY k, part"
            .formatted(group, String.join(", ", states));
    if (group.equals("0")) {
      // A part without rows has a state too.
      parts +=
          " UNION ALL SELECT 0, -1, %s FROM t WHERE false".formatted(String.join(", ", states));
    }
    execute(
        "CREATE OR REPLACE TABLE states AS SELECT * FROM (" + parts + ") ORDER BY hash(k, part)");
    List<List<String>> combined =
        rows(
            "SELECT k, %s FROM states GROUP BY k ORDER BY k".formatted(String.join(", ", results)));
    List<List<String>> whole = rows(wanted);
    assertThat(combined).hasSameSizeAs(whole);
    for (int row = 0; row < whole.size(); row++) {
      for (int i = 0; i <= calls.size(); i++) {
        String expected = String.valueOf(whole.get(row).get(i));
        String actual = String.valueOf(combined.get(row).get(i));
        if (!isClose(expected, actual)) {
          assertThat(actual)
              .as("%s%s by %s", i == 0 ? "group" : calls.get(i - 1).call(), filter, group)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static boolean isClose(String expected, String actual) {
    if (expected.equals(actual)) {
      return true;
    }
    boolean floating = expected.matches("-?[0-9.]+(e[-+]?[0-9]+)?") && expected.matches(".*[.e].*");
    if (!floating || !actual.matches("-?[0-9.]+(e[-+]?[0-9]+)?")) {
      return false;
    }
    double one = Double.parseDouble(expected);
    double other = Double.parseDouble(actual);
    return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.max(Math.abs(one), Math.abs(other)));
  }

  private static List<List<String>> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i : IntStream.rangeClosed(1, columns).toArray()) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new SQLException(sql, e);
    }
  }
}

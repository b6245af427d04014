package io.duckherder.plan.cut;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The aggregate functions whose states may be combined: DuckDB exports a state as a typed value
 * ({@code EXPORT_STATE}), takes it back ({@code to_aggregate_state}), and combines. Only those are
 * here whose combined answer was compared with DuckDB's own over random splits.
 *
 * <p>Safe for use by many threads.
 */
public final class StateAggregates {
  /** Their result is their state: the least of all least values is the least. */
  private static final Set<String> OWN_STATE =
      Set.of("min", "max", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or");

  private static final Set<String> EXPORTED =
      Set.of(
          "count",
          "count_star",
          "sum",
          "sum_no_overflow",
          "avg",
          "fsum",
          "favg",
          "product",
          "stddev",
          "stddev_samp",
          "stddev_pop",
          "variance",
          "var_samp",
          "var_pop",
          "sem",
          "covar_samp",
          "covar_pop",
          "corr",
          "regr_avgx",
          "regr_avgy",
          "regr_count",
          "regr_intercept",
          "regr_r2",
          "regr_slope",
          "regr_sxx",
          "regr_sxy",
          "regr_syy",
          "skewness",
          "kurtosis",
          "kurtosis_pop",
          "approx_count_distinct",
          "arg_min",
          "arg_max");

  private static final Set<String> NARROW =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\d+\\)");
  private static final int MOST_NARROW_DIGITS = 18;

  /** Combines states, in plans that DuckDB itself made in halves. */
  static final String COMBINE = "combine_aggr";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Call, Optional<State>> states = new ConcurrentHashMap<>();

  /** A function with the types of its arguments. */
  private record Call(String function, List<String> arguments) {}

  /**
   * What DuckDB makes of an aggregate's state.
   *
   * @param function the function that the state belongs to
   * @param arguments the types that the function was bound with
   * @param type the type of the state's value
   */
  record State(String function, List<String> arguments, String type) {
    State {
      arguments = List.copyOf(arguments);
    }

    /** Whether the value of the state is the function's own result. */
    boolean isResult() {
      return OWN_STATE.contains(function);
    }

    /** SQL that makes the state of its value. */
    String restored(String value) {
      String types = SqlText.call("list_value", arguments.stream().map(SqlText::literal).toList());
      return SqlText.call(
          "to_aggregate_state",
          value,
          SqlText.literal(function),
          "CAST(" + types + " AS VARCHAR[])");
    }
  }

  /** The functions, for the tests that prove each. */
  public static Set<String> names() {
    Set<String> names = new java.util.TreeSet<>(OWN_STATE);
    names.addAll(EXPORTED);
    return names;
  }

  /** Whether a call in a plan can be done in halves, by its name and form. */
  static boolean mayExport(JsonNode call) {
    String name = Half.name(call);
    int arguments = call.path("arguments").size();
    boolean known =
        name.equals(COMBINE)
            || EXPORTED.contains(name)
            || (OWN_STATE.contains(name) && arguments == 1);
    boolean extreme = name.equals("arg_min") || name.equals("arg_max");
    return known
        && (!extreme || arguments == 2)
        && !call.path("distinct").asBoolean()
        && call.path("order_bys").path("orders").isEmpty();
  }

  /** Whether a call's result is its state, whatever its arguments are. */
  static boolean ownState(JsonNode call) {
    return OWN_STATE.contains(Half.name(call));
  }

  /**
   * Whether the results of a call are added up: counts, and sums that cannot leave their type. That
   * is exact, and lets DuckDB choose its fast sums, which an exported state rules out (TPC-H q1: a
   * quarter less time).
   */
  static boolean addsUp(JsonNode call, List<String> arguments) {
    String name = Half.name(call);
    return name.equals("count")
        || name.equals("count_star")
        || (name.equals("sum") && arguments.stream().allMatch(StateAggregates::isNarrow));
  }

  private static boolean isNarrow(String type) {
    Matcher decimal = DECIMAL.matcher(type);
    return decimal.matches()
        ? Integer.parseInt(decimal.group(1)) <= MOST_NARROW_DIGITS
        : NARROW.contains(type);
  }

  /** The state of a function over arguments of some types, absent if it cannot leave DuckDB. */
  Optional<State> state(Connection connection, String function, List<String> arguments) {
    Call call = new Call(function, List.copyOf(arguments));
    Optional<State> known = states.get(call);
    if (known == null) {
      known =
          OWN_STATE.contains(function)
              ? Optional.of(new State(function, arguments, arguments.get(0)))
              : read(connection, call);
      states.put(call, known);
    }
    return known;
  }

  private static Optional<State> read(Connection connection, Call call) {
    String sql =
        "SELECT %s EXPORT_STATE"
            .formatted(
                SqlText.call(
                    call.function(),
                    call.arguments().stream().map(type -> "CAST(NULL AS " + type + ")").toList()));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT " + SqlText.call("json_serialize_plan", "?::VARCHAR"))) {
      statement.setString(1, sql);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return bound(JSON.readTree(result.getString(1))).flatMap(aggregate -> state(aggregate));
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB writes JSON", e);
    }
  }

  private static Optional<JsonNode> bound(JsonNode node) {
    if (node.path("state_export").asText().equals("STATE_EXPORT")) {
      return Optional.of(node);
    }
    for (JsonNode child : node) {
      Optional<JsonNode> found = bound(child);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<State> state(JsonNode aggregate) {
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument : aggregate.path("arguments")) {
      Optional<String> type = type(argument);
      if (type.isEmpty()) {
        return Optional.empty();
      }
      arguments.add(type.get());
    }
    JsonNode path = aggregate.path("qname").path("path");
    String function = path.path(path.size() - 1).asText();
    return type(aggregate.path("return_type")).map(type -> new State(function, arguments, type));
  }

  /** A type of a serialised plan as SQL, absent where the plan does not tell all of it. */
  private static Optional<String> type(JsonNode type) {
    JsonNode info = type.path("type_info");
    switch (type.path("id").asText()) {
      case "STRUCT":
        List<String> members = new ArrayList<>();
        for (JsonNode member : info.path("child_types")) {
          Optional<String> inner = type(member.path("second"));
          if (inner.isEmpty()) {
            return inner;
          }
          members.add(SqlText.identifier(member.path("first").asText()) + " " + inner.get());
        }
        return Optional.of("STRUCT(" + String.join(", ", members) + ")");
      case "LIST":
        return type(info.path("child_type")).map(inner -> inner + "[]");
      case "DECIMAL":
        return Optional.of(
            "DECIMAL(%d,%d)".formatted(info.path("width").asInt(), info.path("scale").asInt()));
      case "ENUM", "UNION", "MAP", "ARRAY", "VARIANT", "INVALID", "UNKNOWN":
        return Optional.empty();
      default:
        return Optional.of(type.path("id").asText());
    }
  }
}

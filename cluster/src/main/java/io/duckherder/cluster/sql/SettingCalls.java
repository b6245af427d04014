package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.cluster.session.NearestName;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.session.ExecutionSettings;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Answers {@code current_setting('duckherder_...')}, of which DuckDB knows nothing: the call
 * becomes its value, and the column keeps the name that DuckDB gives to the call.
 */
final class SettingCalls {
  private static final String FUNCTION = "current_setting";
  private static final String PREFIX = "duckherder_";

  private final Connection connection;
  private final ExecutionSettings settings;

  private SettingCalls(Connection connection, ExecutionSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  /** Whether a text may hold such a call, which spares most statements the search for it. */
  static boolean mayBeIn(String sql) {
    String lower = sql.toLowerCase(Locale.ROOT);
    return lower.contains(PREFIX) && lower.contains(FUNCTION);
  }

  /** The read with each call answered. */
  static Read answer(Read read, Connection connection, ExecutionSettings settings) {
    JsonNode tree = read.tree().deepCopy();
    boolean answered = new SettingCalls(connection, settings).inside(tree);
    return answered ? new Read(SyntaxTree.print(connection, tree), tree) : read;
  }

  /** Exchanges the calls inside a node; whether there were any. */
  private boolean inside(JsonNode node) {
    boolean answered = false;
    if (node instanceof ObjectNode object) {
      List<String> fields = new ArrayList<>();
      object.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        JsonNode child = object.get(field);
        if (isCall(child)) {
          object.set(field, value(child));
          answered = true;
        } else if (field.equals("select_list")) {
          answered |= columns((ArrayNode) child);
        } else {
          answered |= inside(child);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        answered |= element(array, i);
      }
    }
    return answered;
  }

  private boolean columns(ArrayNode selected) {
    boolean answered = false;
    for (int i = 0; i < selected.size(); i++) {
      JsonNode before = selected.get(i).deepCopy();
      if (element(selected, i)) {
        answered = true;
        if (before.path("alias").asText().isEmpty()) {
          ((ObjectNode) selected.get(i)).put("alias", name(before));
        }
      }
    }
    return answered;
  }

  private boolean element(ArrayNode array, int at) {
    if (isCall(array.get(at))) {
      array.set(at, value(array.get(at)));
      return true;
    }
    return inside(array.get(at));
  }

  private static boolean isCall(JsonNode node) {
    return node.path("class").asText().equals("FUNCTION")
        && node.path("function_name").asText().equalsIgnoreCase(FUNCTION)
        && node.path("arguments").size() == 1
        && argument(node).toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }

  private static String argument(JsonNode call) {
    return call.path("arguments").path(0).path("expression").path("literal").path("text").asText();
  }

  private JsonNode value(JsonNode call) {
    String setting = argument(call).toLowerCase(Locale.ROOT);
    if (!ExecutionSettings.contains(setting)) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read the setting \"%s\": no setting has that name; the nearest is \"%s\""
              .formatted(setting, NearestName.of(setting, ExecutionSettings.names())));
    }
    String text = settings.values().getOrDefault(setting, "");
    ObjectNode value =
        (ObjectNode) selected("CAST(" + SqlText.literal(text) + " AS " + type(text) + ")");
    value.set("alias", call.path("alias"));
    return value;
  }

  private static String type(String value) {
    if (value.equals("true") || value.equals("false")) {
      return "BOOLEAN";
    }
    return value.chars().allMatch(Character::isDigit) ? "BIGINT" : "VARCHAR";
  }

  private JsonNode selected(String expression) {
    return SyntaxTree.parse(connection, "SELECT " + expression)
        .path("statements")
        .path(0)
        .path("node")
        .path("select_list")
        .path(0);
  }

  /** How DuckDB names the column of an expression: by its text. */
  private String name(JsonNode expression) {
    ObjectNode tree = SyntaxTree.parse(connection, "SELECT 1").deepCopy();
    ArrayNode columns =
        (ArrayNode) tree.path("statements").path(0).path("node").path("select_list");
    columns.set(0, expression);
    return SyntaxTree.print(connection, tree).substring("SELECT ".length());
  }
}

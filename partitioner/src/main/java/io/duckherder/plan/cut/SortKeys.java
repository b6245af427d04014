package io.duckherder.plan.cut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB's {@code create_sort_key}: one BLOB whose bytes sort as an ORDER BY does. Rows that were
 * sorted in several places are merged by it.
 */
final class SortKeys {
  /** Without a text in it, a key of at most eight bytes would be a BIGINT. */
  private static final String ALWAYS_BYTES = "'', 'ASC NULLS LAST'";

  private SortKeys() {}

  /** Whether a list of ORDER BY terms has such a key. */
  static boolean known(List<JsonNode> orders) {
    return orders.stream().allMatch(order -> direction(order) != null && plain(order));
  }

  /** The expression of the key; not for an empty list. */
  static ObjectNode expression(Connection connection, List<JsonNode> orders) {
    List<String> terms = new ArrayList<>();
    for (JsonNode order : orders) {
      terms.add("NULL, '" + direction(order) + "'");
    }
    terms.add(ALWAYS_BYTES);
    ObjectNode key =
        (ObjectNode)
            Trees.select(connection, "SELECT " + SqlText.call("create_sort_key", terms))
                .path("select_list")
                .path(0);
    ArrayNode arguments = (ArrayNode) key.path("arguments");
    for (int i = 0; i < orders.size(); i++) {
      ((ObjectNode) arguments.path(2 * i)).set("expression", expression(orders.get(i)).deepCopy());
    }
    return key;
  }

  private static JsonNode expression(JsonNode order) {
    JsonNode expression = order.path("expression");
    return expression.path("class").asText().equals("COLLATE")
        ? expression.path("child")
        : expression;
  }

  /** DuckDB folds collations into the expression, and prints the one of bytes besides. */
  private static boolean plain(JsonNode order) {
    JsonNode expression = order.path("expression");
    return !expression.path("class").asText().equals("COLLATE")
        || expression.path("collation").asText().equalsIgnoreCase("C")
        || expression.path("collation").asText().equalsIgnoreCase("binary");
  }

  private static @Nullable String direction(JsonNode order) {
    String direction =
        switch (order.path("type").asText()) {
          case "ASCENDING" -> "ASC ";
          case "DESCENDING" -> "DESC ";
          default -> "";
        };
    String nulls =
        switch (order.path("null_order").asText()) {
          case "NULLS FIRST" -> "NULLS FIRST";
          case "NULLS LAST" -> "NULLS LAST";
          default -> "";
        };
    return direction.isEmpty() || nulls.isEmpty() ? null : direction + nulls;
  }
}

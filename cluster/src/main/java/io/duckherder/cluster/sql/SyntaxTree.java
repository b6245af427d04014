package io.duckherder.cluster.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.Names;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * DuckDB's syntax tree of reads, as {@code json_serialize_sql} writes it. DuckDB parses and prints;
 * here nodes are found and exchanged.
 */
final class SyntaxTree {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERIALIZE =
      "SELECT " + SqlText.call("json_serialize_sql", "?::VARCHAR");
  private static final String DESERIALIZE =
      "SELECT " + SqlText.call("json_deserialize_sql", "?::JSON");
  private static final Set<String> WRITES =
      Set.of("INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE", "MERGE_QUERY_NODE");

  /** Functions of sequences, whose state is with who counted last. */
  private static final Set<String> SEQUENCES = Set.of("nextval", "currval");

  private SyntaxTree() {}

  /** The tree of a text, or DuckDB's answer why there is none: {@code "error": true}. */
  static JsonNode parse(Connection connection, String sql) {
    if (sql.indexOf('\0') >= 0) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot read SQL with the character U+0000 in it; write chr(0) in its place");
    }
    return read(call(connection, SERIALIZE, sql));
  }

  static boolean isError(JsonNode tree) {
    return tree.path("error").asBoolean();
  }

  /** Whether DuckDB found an error in the text, rather than a statement it does not serialise. */
  static boolean isSyntaxError(JsonNode tree) {
    return isError(tree) && !tree.path("error_type").asText().equals("not implemented");
  }

  static boolean isParserError(JsonNode tree) {
    return isError(tree) && tree.path("error_type").asText().equals("parser");
  }

  /** The error of a text that has no tree. */
  static DuckherderException failure(JsonNode tree) {
    String message = tree.path("error_message").asText();
    if (isParserError(tree)) {
      return new DuckherderException(StandardErrorCode.SYNTAX_ERROR, message);
    }
    if (!isSyntaxError(tree)) {
      return new DuckherderException(StandardErrorCode.UNSUPPORTED, message);
    }
    String kind = tree.path("error_type").asText();
    String text =
        kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1) + " Error: " + message;
    return new DuckherderException(DuckDBErrors.codeOf(text), text);
  }

  /** Fails unless DuckDB sees one statement in the text, which writes nothing. */
  static void requireOneQuery(JsonNode tree) {
    requireOneStatement(tree);
    requireNoWrite(tree);
  }

  /**
   * Whether a query changes something: it has a statement in it that does, or counts a sequence.
   */
  static boolean writes(JsonNode node) {
    if (WRITES.contains(node.path("type").asText())
        || SEQUENCES.contains(node.path("function_name").asText().toLowerCase(Locale.ROOT))) {
      return true;
    }
    for (JsonNode child : node) {
      if (writes(child)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a query reads something that is not its own: anything but functions of the cluster. */
  static boolean readsTables(JsonNode node) {
    String type = node.path("type").asText();
    boolean function =
        type.equals("TABLE_FUNCTION")
            && !node.path("function")
                .path("function_name")
                .asText()
                .toLowerCase(Locale.ROOT)
                .startsWith("duckherder_");
    if (type.equals("BASE_TABLE") || type.equals("SHOW_REF") || function) {
      return true;
    }
    for (JsonNode child : node) {
      if (readsTables(child)) {
        return true;
      }
    }
    return false;
  }

  /** Fails unless DuckDB sees one statement in the text. */
  static void requireOneStatement(JsonNode tree) {
    int statements = tree.path("statements").size();
    if (statements != 1) {
      throw new DuckherderException(
          StandardErrorCode.SYNTAX_ERROR,
          statements == 0
              ? "There is no statement in the text"
              : "Cannot run %d statements at once; send them one by one".formatted(statements));
    }
  }

  private static void requireNoWrite(JsonNode node) {
    String type = node.path("type").asText();
    if (WRITES.contains(type)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED,
          "Cannot run %s inside a query; run it as a statement of its own"
              .formatted(type.substring(0, type.indexOf('_'))));
    }
    node.forEach(SyntaxTree::requireNoWrite);
  }

  /** The text of a tree. */
  static String print(Connection connection, JsonNode tree) {
    return call(connection, DESERIALIZE, tree.toString());
  }

  /** The text of an expression within a tree. */
  static String expression(Connection connection, JsonNode expression) {
    JsonNode select = parse(connection, "SELECT 1");
    ((ArrayNode) select.path("statements").path(0).path("node").path("select_list"))
        .removeAll()
        .add(((ObjectNode) expression).deepCopy().put("alias", ""));
    String printed = print(connection, select);
    return printed.substring("SELECT ".length()).replaceFirst(";?\\s*$", "");
  }

  /** Identifiers of the parameters in lower case, since it does not tell them apart, by number. */
  static List<String> parameters(JsonNode tree) {
    Map<Integer, String> byNumber = new TreeMap<>();
    for (JsonNode entry : tree.path("statements").path(0).path("named_param_map")) {
      byNumber.put(entry.path("value").asInt(), Names.fold(entry.path("key").asText()));
    }
    return List.copyOf(byNumber.values());
  }

  /**
   * The text of a read with its parameters filled in.
   *
   * @param values SQL expressions of the values, in the order of {@link #parameters}
   */
  static String bind(Connection connection, JsonNode tree, List<String> values) {
    JsonNode literals = parse(connection, "SELECT " + String.join(", ", values));
    if (isError(literals)) {
      throw new DuckherderException(
          StandardErrorCode.INTERNAL_ERROR,
          "Cannot write parameter values as SQL: " + literals.path("error_message").asText());
    }
    JsonNode expressions = literals.path("statements").path(0).path("node").path("select_list");
    List<String> names = parameters(tree);
    ObjectNode bound = tree.deepCopy();
    exchange(bound, names, expressions);
    ((ObjectNode) bound.path("statements").path(0)).set("named_param_map", JSON.createArrayNode());
    return print(connection, bound);
  }

  private static void exchange(JsonNode node, List<String> names, JsonNode expressions) {
    if (node instanceof ObjectNode object) {
      List<String> fields = new ArrayList<>();
      object.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        object.set(field, exchanged(object.get(field), names, expressions));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, exchanged(array.get(i), names, expressions));
      }
    }
  }

  private static JsonNode exchanged(JsonNode node, List<String> names, JsonNode expressions) {
    if (node.path("class").asText().equals("PARAMETER")) {
      ObjectNode value =
          expressions.path(names.indexOf(Names.fold(node.path("identifier").asText()))).deepCopy();
      value.set("alias", node.path("alias"));
      return value;
    }
    exchange(node, names, expressions);
    return node;
  }

  private static String call(Connection connection, String sql, String argument) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, argument);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB writes JSON", e);
    }
  }
}

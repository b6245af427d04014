package io.duckherder.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckherderException;
import io.duckherder.layout.SortKey;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The constants in a scan's filters, with the types and sort keys that DuckDB finds for them. */
final class ZoneConstants {
  private static final int LONGEST_LIST = 500;
  private static final Set<String> CONSTANT_CLASSES = Set.of("CONSTANT", "CAST");
  private static final List<KeyKind> KEYS =
      List.of(
          new KeyKind(SortKey.Kind.NUMBER, "DOUBLE"),
          new KeyKind(SortKey.Kind.NUMBER, "FLOAT"),
          new KeyKind(SortKey.Kind.BOOLEAN, ""),
          new KeyKind(SortKey.Kind.LOCAL_TIME, ""),
          new KeyKind(SortKey.Kind.INSTANT, ""));

  private final Map<JsonNode, Constant> constants;

  private ZoneConstants(Map<JsonNode, Constant> constants) {
    this.constants = Map.copyOf(constants);
  }

  /** A constant that can be compared with zones. */
  record Constant(SortKey.Kind kind, double key) {}

  private record KeyKind(SortKey.Kind kind, String type) {}

  static ZoneConstants of(Connection connection, ScanTree scan) {
    Set<JsonNode> found = new java.util.LinkedHashSet<>();
    scan.levels().forEach(level -> collect(level.path("where_clause"), found));
    if (found.isEmpty()) {
      return new ZoneConstants(Map.of());
    }
    try {
      return new ZoneConstants(evaluate(connection, List.copyOf(found)));
    } catch (SQLException | DuckherderException e) {
      // A constant that fails to evaluate rules out nothing; the query itself will tell.
      return new ZoneConstants(Map.of());
    }
  }

  /** The constant that an expression is, if it is one. */
  Optional<Constant> find(JsonNode expression) {
    return Optional.ofNullable(constants.get(expression));
  }

  /** A long list takes more time than it saves. */
  private static void collect(JsonNode node, Set<JsonNode> into) {
    if (node.path("type").asText().equals("COMPARE_IN")
        && node.path("children").size() > LONGEST_LIST) {
      return;
    }
    if (isConstant(node)) {
      into.add(node);
      return;
    }
    node.forEach(child -> collect(child, into));
  }

  private static boolean isConstant(JsonNode node) {
    String kind = node.path("class").asText();
    return CONSTANT_CLASSES.contains(kind)
        && (kind.equals("CONSTANT") || isConstant(node.path("child")));
  }

  private static Map<JsonNode, Constant> evaluate(Connection connection, List<JsonNode> nodes)
      throws SQLException {
    ObjectNode tree = SqlTree.parse(connection, "SELECT 1");
    ArrayNode selected = SqlTree.root(tree).putArray("select_list");
    nodes.forEach(selected::add);
    Map<JsonNode, Constant> constants = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(query(SqlTree.print(connection, tree), nodes.size()))) {
      result.next();
      int column = 1;
      for (JsonNode node : nodes) {
        String type = result.getString(column);
        Optional<String> text = Optional.ofNullable(result.getString(column + 1));
        Map<KeyKind, Double> keys = new HashMap<>();
        for (int i = 0; i < KEYS.size(); i++) {
          double key = result.getDouble(column + 2 + i);
          keys.put(KEYS.get(i), result.wasNull() ? Double.NaN : key);
        }
        column += 2 + KEYS.size();
        constant(type, text, keys).ifPresent(constant -> constants.put(node, constant));
      }
    }
    return constants;
  }

  private static Optional<Constant> constant(
      String type, Optional<String> text, Map<KeyKind, Double> keys) {
    return SortKey.kindOf(type)
        .filter(kind -> text.isPresent())
        .map(
            kind ->
                switch (kind) {
                  case TEXT -> new Constant(kind, SortKey.ofText(text.orElseThrow()));
                  case NUMBER ->
                      new Constant(
                          kind,
                          keys.getOrDefault(
                              new KeyKind(kind, type.equals("FLOAT") ? "FLOAT" : "DOUBLE"),
                              Double.NaN));
                  default ->
                      new Constant(kind, keys.getOrDefault(new KeyKind(kind, ""), Double.NaN));
                });
  }

  private static String query(String constants, int count) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "CAST(q.c" + i + " AS VARCHAR)";
      columns.add(SqlText.call("typeof", "q.c" + i));
      columns.add(text);
      KEYS.forEach(key -> columns.add(SortKey.sql(key.kind(), key.type(), text)));
    }
    String names =
        IntStream.range(0, count).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    return "SELECT %s FROM (%s) AS q(%s)".formatted(String.join(", ", columns), constants, names);
  }
}

package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.PushedQuery;
import io.duckherder.plan.ReadRequest;
import io.duckherder.plan.SqlTree;
import io.duckherder.session.AnswerSetting;
import io.duckherder.session.SessionSettings;
import java.sql.Connection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks the SQL in a connector's request. Each piece is parsed by DuckDB on its own and must be
 * just what it stands for, one query or one expression; what goes on is DuckDB's print of it.
 */
final class ReadRequestChecker {
  private static final String SELECT = "SELECT ";

  private final Connection connection;
  private final FileUses fileUses;

  ReadRequestChecker(Connection connection, FileUses fileUses) {
    this.connection = connection;
    this.fileUses = fileUses;
  }

  /** The request with all of its SQL as DuckDB prints it. */
  ReadRequest checked(ReadRequest request) {
    return new ReadRequest(
        new ReadRequest.Relation(
            request.relation().table(), request.relation().query().map(this::query)),
        request.columns(),
        request.filter().map(filter -> expression("filter", filter)),
        settings(request.settings()),
        request.target(),
        request.group(),
        request.pushed().map(pushed -> new PushedQuery(query(pushed.sql()), pushed.scope())),
        request.narrowed(),
        request.told());
  }

  private String query(String sql) {
    ObjectNode tree = tree(sql);
    return SqlTree.print(connection, tree);
  }

  private SessionSettings settings(SessionSettings settings) {
    for (String name : settings.settings().keySet()) {
      if (AnswerSetting.find(name).isEmpty()) {
        throw new DuckherderException(
            StandardErrorCode.INVALID_OPTION,
            "Cannot set \"%s\": no setting of a session has that name".formatted(name));
      }
    }
    Map<String, String> variables = new TreeMap<>();
    settings
        .variables()
        .forEach(
            (name, value) ->
                variables.put(
                    name, "(" + expression("value of variable \"" + name + "\"", value) + ")"));
    return new SessionSettings(settings.settings(), variables);
  }

  /** An expression as it is printed when nothing else stands in its query. */
  private String expression(String what, String sql) {
    ObjectNode tree = tree(SELECT + "(" + sql + "\n)");
    JsonNode selected = SqlTree.root(tree).path("select_list");
    ObjectNode alone = SqlTree.parse(connection, "SELECT 1");
    ((ArrayNode) SqlTree.root(alone).path("select_list")).set(0, selected.path(0));
    String printed = selected.size() == 1 ? SqlTree.print(connection, alone) : "";
    boolean named = !selected.path(0).path("alias").asText().isEmpty();
    if (named || !printed.equals(SqlTree.print(connection, tree))) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Invalid %s \"%s\" (expected one expression)".formatted(what, sql));
    }
    return printed.substring(SELECT.length());
  }

  private ObjectNode tree(String sql) {
    if (sql.indexOf('\0') >= 0) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot read SQL with the character U+0000 in it; write chr(0) in its place");
    }
    ObjectNode tree = SqlTree.parse(connection, sql);
    SyntaxTree.requireOneQuery(tree);
    ServerFunctions.requireNone(connection, tree);
    fileUses.require(tree);
    return tree;
  }
}

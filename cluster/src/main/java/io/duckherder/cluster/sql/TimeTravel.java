package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import io.duckherder.snapshot.Snapshot;
import io.duckherder.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads of tables as they were: {@code FROM t AT (VERSION => 7)}. The snapshot is attached beside
 * the newest under a name of its own, and the table is read from there:
 *
 * <pre>
 *   FROM t AT (VERSION => 7)   ->   FROM "sales@7".main.t AS t
 * </pre>
 */
final class TimeTravel {
  private static final Pattern CLAUSE = Pattern.compile("(?i)\\bat\\s*\\(");

  private final ManagedDatabases databases;
  private final Connection connection;
  private Snapshot snapshot;
  private boolean travelled;

  /**
   * A read that needs no AT any more.
   *
   * @param snapshot what it reads, older snapshots among it
   */
  record Travelled(Read read, Snapshot snapshot) {}

  private TimeTravel(ManagedDatabases databases, Connection connection, Snapshot snapshot) {
    this.databases = databases;
    this.connection = connection;
    this.snapshot = snapshot;
  }

  /** Whether a text may ask for it, which spares most statements the search. */
  static boolean mayBeIn(String sql) {
    return CLAUSE.matcher(sql).find();
  }

  /** Whether a read asks for it. */
  static boolean isIn(JsonNode node) {
    if (isTravelling(node)) {
      return true;
    }
    for (JsonNode child : node) {
      if (isIn(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTravelling(JsonNode node) {
    return node.path("type").asText().equals("BASE_TABLE") && node.path("at_clause").isObject();
  }

  /**
   * The read with its older tables found.
   *
   * @param connection of the session's settings, on databases that have the tables' schemas
   */
  static Travelled of(
      Read read, ManagedDatabases databases, Connection connection, Snapshot snapshot) {
    TimeTravel travel = new TimeTravel(databases, connection, snapshot);
    JsonNode tree = read.tree().deepCopy();
    travel.inside(tree);
    return travel.travelled
        ? new Travelled(new Read(SyntaxTree.print(connection, tree), tree), travel.snapshot)
        : new Travelled(read, snapshot);
  }

  private void inside(JsonNode node) {
    if (isTravelling(node)) {
      travel((ObjectNode) node);
    }
    node.forEach(this::inside);
  }

  private void travel(ObjectNode table) {
    List<String> path = path(table);
    String database = path.get(0);
    SealedVersion version = version(database, table.path("at_clause"));
    String attached = database + "@" + version.number();
    snapshot = snapshot.withDatabase(attached, version);
    travelled = true;
    if (table.path("alias").asText().isEmpty()) {
      table.put("alias", path.get(2));
    }
    table.put("catalog_name", attached);
    table.put("schema_name", path.get(1));
    table.putNull("at_clause");
    ArrayNode qualified = ((ObjectNode) table.path("qualified_name")).putArray("path");
    qualified.add(attached).add(path.get(1)).add(path.get(2));
  }

  /** Database, schema and table, as DuckDB looks them up. */
  private List<String> path(ObjectNode table) {
    JsonNode path = table.path("qualified_name").path("path");
    String name = path.path(path.size() - 1).asText();
    return switch (path.size()) {
      case 1 ->
          List.of(
              value(SqlText.call("current_database")), value(SqlText.call("current_schema")), name);
      case 2 -> {
        String first = path.path(0).asText();
        yield databases.names().contains(first)
            ? List.of(first, "main", name)
            : List.of(value(SqlText.call("current_database")), first, name);
      }
      default -> List.of(path.path(0).asText(), path.path(1).asText(), name);
    };
  }

  private SealedVersion version(String database, JsonNode at) {
    String expression = SyntaxTree.expression(connection, at.path("expr"));
    if (at.path("unit").asText().equalsIgnoreCase("TIMESTAMP")) {
      long micros =
          Long.parseLong(
              value(SqlText.call("epoch_us", "CAST((" + expression + ") AS TIMESTAMPTZ)")));
      return databases.at(
          database,
          Instant.EPOCH
              .plusMillis(Math.floorDiv(micros, 1000))
              .plusNanos(Math.floorMod(micros, 1000) * 1000L));
    }
    return databases.find(database, value("CAST((%s) AS VARCHAR)".formatted(expression)));
  }

  private String value(String expression) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT " + expression)) {
      result.next();
      String value = result.getString(1);
      if (value == null) {
        throw new DuckherderException(
            StandardErrorCode.INVALID_QUERY,
            "Cannot read a table AT a version that is NULL: " + expression);
      }
      return value;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }
}

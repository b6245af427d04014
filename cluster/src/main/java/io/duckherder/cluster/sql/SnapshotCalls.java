package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.catalog.FixedRows;
import io.duckherder.cluster.database.ServedDatabases;
import io.duckherder.cluster.managed.ManagedConfig.RetentionConfig;
import io.duckherder.cluster.managed.ManagedDatabases;
import io.duckherder.cluster.sql.ClassifiedStatement.SnapshotCall;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.snapshot.SealedVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What clients do with snapshots by CALL. */
final class SnapshotCalls {
  private static final String SEAL = "duckherder_seal";
  private static final String RESTORE = "duckherder_restore";
  private static final String NAME = "duckherder_name_snapshot";
  private static final String CLONE = "duckherder_clone";
  private static final String COLLECT = "duckherder_gc";
  static final Set<String> NAMES = Set.of(SEAL, RESTORE, NAME, CLONE, COLLECT);

  private static final Schema SNAPSHOT = new Schema(List.of(text("database"), number("snapshot")));
  private static final Schema FREED =
      new Schema(
          List.of(
              text("database"),
              number("freed_snapshots"),
              number("freed_objects"),
              number("freed_bytes")));
  private static final Schema CLONED = new Schema(List.of(text("database"), text("file")));

  private final ServedDatabases served;
  private final ManagedDatabases databases;
  private final BufferAllocator allocator;

  SnapshotCalls(ServedDatabases served, ManagedDatabases databases, BufferAllocator allocator) {
    this.served = served;
    this.databases = databases;
    this.allocator = allocator;
  }

  static boolean isOne(String function) {
    return NAMES.contains(function);
  }

  /** The schema of what a call gives. */
  static Schema schema(SnapshotCall call) {
    return switch (call.function()) {
      case CLONE -> CLONED;
      case COLLECT -> FREED;
      default -> SNAPSHOT;
    };
  }

  /** Does it. */
  StatementResult run(SnapshotCall call, Connection connection) {
    Arguments arguments = Arguments.of(call, connection);
    return switch (call.function()) {
      case SEAL -> seal(arguments);
      case RESTORE -> restore(arguments);
      case NAME -> name(arguments);
      case COLLECT -> collect(arguments);
      default -> clone(arguments);
    };
  }

  private StatementResult seal(Arguments arguments) {
    Optional<String> only = arguments.find("database", 0);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    databases
        .seal()
        .forEach(
            (name, version) -> {
              if (only.isEmpty() || only.get().equals(name)) {
                rows.add(List.of(name, version.number()));
              }
            });
    return rows(SNAPSHOT, rows);
  }

  private StatementResult restore(Arguments arguments) {
    String version = arguments.require("snapshot", 0);
    String database = arguments.find("database", 1).orElse(databases.names().get(0));
    SealedVersion restored = databases.restore(database, version);
    return rows(SNAPSHOT, List.of(List.of(database, restored.number())));
  }

  private StatementResult name(Arguments arguments) {
    String version = arguments.require("snapshot", 0);
    Optional<String> name = arguments.find("name", 1);
    String database = arguments.find("database", 2).orElse(databases.names().get(0));
    SealedVersion named = databases.name(database, version, name);
    return rows(SNAPSHOT, List.of(List.of(database, named.number())));
  }

  private StatementResult collect(Arguments arguments) {
    RetentionConfig usual = databases.retention();
    RetentionConfig wanted =
        new RetentionConfig(
            arguments.find("keep_seconds", 0).map(s -> seconds(s)).orElse(usual.age()),
            arguments.find("keep_count", 1).map(Integer::parseInt).orElse(usual.count()));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    databases
        .collect(wanted)
        .forEach(
            (name, freed) ->
                rows.add(
                    List.of(
                        name, (long) freed.snapshots(), (long) freed.objects(), freed.bytes())));
    return rows(FREED, rows);
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private StatementResult clone(Arguments arguments) {
    String source = arguments.require("source", 0);
    String version = arguments.require("snapshot", 1);
    String name = arguments.require("name", 2);
    boolean writable = arguments.find("writable", 3).map(Boolean::parseBoolean).orElse(true);
    requireFree(name);
    if (!writable) {
      served.add(name, databases.keep(source, version));
      return rows(CLONED, List.of(List.of(name, "")));
    }
    return rows(CLONED, List.of(List.of(name, databases.copy(source, version, name).toString())));
  }

  private void requireFree(String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "Cannot make database \"%s\": its name must be letters, digits and underscores"
              .formatted(name));
    }
    boolean taken =
        served.current().databases().keySet().stream().anyMatch(name::equalsIgnoreCase)
            || Set.of("temp", "system", "memory").contains(name.toLowerCase(Locale.ROOT));
    if (taken) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_QUERY,
          "Cannot make database \"%s\": there is one of that name".formatted(name));
    }
  }

  private StatementResult rows(Schema schema, List<List<@Nullable Object>> rows) {
    return StatementResult.ofDriver(schema, () -> new FixedRows(schema, rows, allocator));
  }

  private static Field text(String name) {
    return Field.nullable(name, ArrowType.Utf8.INSTANCE);
  }

  private static Field number(String name) {
    return Field.nullable(name, new ArrowType.Int(64, true));
  }

  /** The arguments of a call: the first ones by place, others by name. */
  private record Arguments(String function, List<String> placed, Map<String, String> named) {
    static Arguments of(SnapshotCall call, Connection connection) {
      JsonNode tree = SyntaxTree.parse(connection, "SELECT " + call.sql());
      if (SyntaxTree.isError(tree)) {
        throw SyntaxTree.failure(tree);
      }
      JsonNode function = tree.path("statements").path(0).path("node").path("select_list").path(0);
      List<String> placed = new ArrayList<>();
      Map<String, String> named = new LinkedHashMap<>();
      for (JsonNode argument : function.path("arguments")) {
        String value =
            value(connection, SyntaxTree.expression(connection, argument.path("expression")));
        String name = argument.path("name").asText();
        if (name.isEmpty()) {
          placed.add(value);
        } else {
          named.put(name.toLowerCase(Locale.ROOT), value);
        }
      }
      return new Arguments(call.function(), placed, named);
    }

    Optional<String> find(String name, int place) {
      return place < placed.size()
          ? Optional.of(placed.get(place))
          : Optional.ofNullable(named.get(name));
    }

    String require(String name, int place) {
      return find(name, place)
          .orElseThrow(
              () ->
                  new DuckherderException(
                      StandardErrorCode.INVALID_QUERY,
                      "Cannot call %s without its argument \"%s\"".formatted(function, name)));
    }

    private static String value(Connection connection, String expression) {
      try (Statement statement = connection.createStatement();
          ResultSet result =
              statement.executeQuery("SELECT CAST((" + expression + ") AS VARCHAR)")) {
        result.next();
        return String.valueOf(result.getString(1));
      } catch (SQLException e) {
        throw DuckDBErrors.translate(e);
      }
    }
  }
}

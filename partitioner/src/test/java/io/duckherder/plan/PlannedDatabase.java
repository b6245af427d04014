package io.duckherder.plan;

import io.duckherder.layout.PartitionTarget;
import io.duckherder.session.SessionSettings;
import io.duckherder.snapshot.DatabaseFiles;
import io.duckherder.snapshot.Snapshot;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A database file, read whole by one DuckDB and in fragments by plans: the two must agree. */
final class PlannedDatabase implements AutoCloseable {
  /** Small enough that small tables are cut. */
  static final PartitionTarget FINE = new PartitionTarget(2, 1, 1, OptionalInt.empty());

  final Connection connection;
  final Snapshot snapshot;
  final ReadPlanner planner = new ReadPlanner();

  static PlannedDatabase create(Path file, String... statements) {
    return new PlannedDatabase(file, "", List.of(statements));
  }

  /** A file made with options of ATTACH, {@code ROW_GROUP_SIZE 2048} say. */
  static PlannedDatabase createWith(String options, Path file, String... statements) {
    return new PlannedDatabase(file, " (" + options + ")", List.of(statements));
  }

  private PlannedDatabase(Path file, String options, List<String> statements) {
    try {
      try (Connection writer = DriverManager.getConnection("jdbc:duckdb:")) {
        execute(writer, "ATTACH '" + file + "' AS db" + options, "USE db");
        execute(writer, statements.toArray(String[]::new));
        execute(writer, "USE memory", "DETACH db");
      }
      snapshot = new Snapshot(Map.of("db", DatabaseFiles.identify(file)));
      connection = DriverManager.getConnection("jdbc:duckdb:");
      execute(connection, "ATTACH '" + file + "' AS db (READ_ONLY)", "USE db");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  ReadPlan query(PartitionTarget target, String sql) {
    return planner.planQuery(connection, snapshot, SessionSettings.DEFAULT, target, "q", sql);
  }

  ReadPlan read(PartitionTarget target, String table, String filter) {
    return planner.plan(
        connection,
        snapshot,
        "q",
        new ReadRequest(
            ReadRequest.Relation.ofTable(table),
            Optional.empty(),
            Optional.ofNullable(filter),
            SessionSettings.DEFAULT,
            target));
  }

  /** The rows of all fragments, as text, sorted. */
  List<String> rows(ReadPlan plan) {
    List<String> rows = new ArrayList<>();
    for (Fragment fragment : plan.fragments()) {
      fragment.sessionWithRange().applyTo(connection);
      rows.addAll(rows(fragment.sql()));
    }
    Collections.sort(rows);
    return rows;
  }

  /** The rows of a query, as text, in its order. */
  List<String> rows(String sql) {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(result.getString(i)).append('|');
        }
        rows.add(row.toString());
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  List<String> sorted(String sql) {
    List<String> rows = rows(sql);
    Collections.sort(rows);
    return rows;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}

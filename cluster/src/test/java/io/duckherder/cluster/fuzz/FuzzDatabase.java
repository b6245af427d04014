package io.duckherder.cluster.fuzz;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database of random tables, and the statements that made it. */
record FuzzDatabase(List<FuzzTable> tables, List<String> statements) {
  static final String NAME = "db";
  private static final int ROW_GROUP = 2048;

  /** What each table has, so that most expressions are of columns. */
  private static final List<String> EVERYWHERE =
      List.of("VARCHAR", "DATE", "DECIMAL(18,3)", "DOUBLE", "TIMESTAMP", "TIMESTAMPTZ", "BOOLEAN");

  static FuzzDatabase random(Choices choices) {
    List<FuzzTable> tables = new ArrayList<>();
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'a', 'Zz')");
    statements.add("CREATE SCHEMA other");
    int[] sizes = {
      choices.of(9_000, 13_000, 20_000),
      choices.of(4_500, 7_000),
      choices.of(2_000, 2_048, 2_049, 5_000),
      choices.of(0, 1, 60, 300, 300)
    };
    for (int i = 0; i < sizes.length; i++) {
      tables.add(table(choices, "t" + i, sizes[i], statements));
    }
    FuzzTable first = tables.get(0);
    statements.add("CREATE VIEW v0 AS SELECT * FROM " + first.name() + " WHERE k <> 3");
    tables.add(new FuzzTable("v0", first.rows(), first.columns()));
    // Another table of the same name, for the search path.
    statements.add("CREATE TABLE other.t3 AS SELECT * FROM t3 WHERE id % 2 = 0");
    return new FuzzDatabase(tables, statements);
  }

  private static FuzzTable table(Choices choices, String name, int rows, List<String> statements) {
    List<FuzzTable.Column> columns = new ArrayList<>();
    List<String> select = new ArrayList<>();
    String order = choices.of("i", "hash(i)", "i");
    select.add("i AS id");
    columns.add(new FuzzTable.Column("id", type("BIGINT"), false));
    select.add(
        "CASE WHEN hash(i, 1) %% 9 = 0 THEN NULL ELSE hash(i, 2) %% %d END::BIGINT AS fk"
            .formatted(choices.of(100, 3000, 8000)));
    columns.add(new FuzzTable.Column("fk", type("BIGINT"), false));
    select.add("(hash(i, 3) %% %d)::INTEGER AS k".formatted(choices.of(5, 20, 400)));
    columns.add(new FuzzTable.Column("k", type("INTEGER"), false));
    for (String type : EVERYWHERE) {
      add(choices, type(type), false, columns, select);
    }
    int count = choices.between(3, 7);
    for (int c = 0; c < count; c++) {
      FuzzType type = choices.one(FuzzType.ALL);
      add(choices, type, !type.special().isEmpty() && choices.percent(50), columns, select);
    }
    statements.add(
        "CREATE TABLE %s AS SELECT %s FROM range(%d) r(i) ORDER BY %s"
            .formatted(name, String.join(", ", select), rows, order));
    if (choices.percent(60)) {
      statements.add("CHECKPOINT");
      statements.add(
          choices
              .of(
                  "DELETE FROM %s WHERE hash(id, 99) %% 10 = 0",
                  "DELETE FROM %s WHERE id BETWEEN 2000 AND 4500", "DELETE FROM %s WHERE k = 2")
              .formatted(name));
    }
    if (choices.percent(30)) {
      statements.add("UPDATE %s SET k = k + 1 WHERE id %% 5 = 0".formatted(name));
    }
    return new FuzzTable(name, rows, columns);
  }

  private static void add(
      Choices choices,
      FuzzType type,
      boolean edges,
      List<FuzzTable.Column> columns,
      List<String> select) {
    String name = "c" + columns.size();
    select.add(value(choices, type, edges, 7 * columns.size()) + "::" + type.sql() + " AS " + name);
    columns.add(new FuzzTable.Column(name, type, edges));
  }

  private static String value(Choices choices, FuzzType type, boolean edges, int salt) {
    String domain = String.valueOf(choices.of(2, 12, 50, 1000, 1_000_000));
    String number =
        switch (choices.below(4)) {
          case 0 -> "(i // " + choices.of(10, 100, 1000) + ")";
          case 1 ->
              "(CASE WHEN hash(i, %d) %% 2 = 0 THEN 0 ELSE hash(i, %d) %% %s END)::BIGINT"
                  .formatted(salt, salt + 1, domain);
          default -> "(hash(i, %d) %% %s)::BIGINT".formatted(salt + 1, domain);
        };
    String plain = type.value().replaceAll("\\bv\\b", number.replace("$", "\\$"));
    StringBuilder sql = new StringBuilder("(CASE WHEN i < 0 THEN NULL ");
    int nulls = choices.of(0, 0, 5, 30, 80);
    if (nulls > 0) {
      sql.append("WHEN hash(i, %d) %% 100 < %d THEN NULL ".formatted(salt + 2, nulls));
    }
    if (edges) {
      for (int i = 0; i < type.special().size(); i++) {
        sql.append(
            "WHEN hash(i, %d) %% 200 = %d THEN CAST(%s AS %s) "
                .formatted(salt + 3, i, type.special().get(i), type.sql()));
      }
    }
    return sql.append("ELSE CAST(%s AS %s) END)".formatted(plain, type.sql())).toString();
  }

  private static FuzzType type(String sql) {
    return FuzzType.ALL.stream().filter(t -> t.sql().equals(sql)).findFirst().orElseThrow();
  }

  /** Writes the file. */
  void create(Path file) {
    create(file, statements);
  }

  /** Writes a file by some statements, in row groups so small that small tables have several. */
  static void create(Path file, List<String> statements) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH '%s' AS %s (ROW_GROUP_SIZE %d)".formatted(file, NAME, ROW_GROUP));
      statement.execute("USE " + NAME);
      statement.execute("SET threads = 1");
      statement.execute("SET TimeZone = 'UTC'");
      for (String sql : statements) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          throw new AssertionError(sql, e);
        }
      }
      statement.execute("USE memory");
      statement.execute("DETACH " + NAME);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}

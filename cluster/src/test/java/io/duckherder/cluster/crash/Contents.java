package io.duckherder.cluster.crash;

import io.duckherder.cluster.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that is in the database of the crash test, as text.
 *
 * @param rows of each query, sorted
 */
record Contents(Map<String, List<String>> rows) {
  private static final Map<String, String> QUERIES =
      Map.of(
          "journal",
          "SELECT client, count(*), sum(number) FROM journal GROUP BY client",
          "left_side",
          "SELECT client, account, amount FROM left_side",
          "right_side",
          "SELECT client, account, amount FROM right_side",
          "bulk",
          "SELECT client, number, count(*), sum(value) FROM bulk GROUP BY client, number");

  private static final String EXTRA_TABLES =
      """
      SELECT table_name FROM information_schema.tables
      WHERE table_schema = 'extra' AND table_catalog = current_database()
      """;

  /** Gathers rows. */
  static final class Gathering {
    private final Map<String, List<String>> rows = new TreeMap<>();

    void add(String query, Object... values) {
      rows.computeIfAbsent(query, any -> new ArrayList<>()).add(List.of(values).toString());
    }

    Contents contents() {
      rows.values().forEach(list -> list.sort(null));
      return new Contents(rows);
    }
  }

  /** What a database should hold. */
  static Contents of(List<Ledger> ledgers) {
    Gathering rows = new Gathering();
    ledgers.forEach(ledger -> ledger.describe(rows));
    return rows.contents();
  }

  /** What the default database of a connection holds. */
  static Contents of(Connection connection) throws SQLException {
    Gathering rows = new Gathering();
    for (Map.Entry<String, String> query : QUERIES.entrySet()) {
      for (List<String> row : Rows.of(connection, query.getValue())) {
        rows.add(query.getKey(), row.toArray());
      }
    }
    for (List<String> table : Rows.of(connection, EXTRA_TABLES)) {
      String name = table.get(0);
      String count = "SELECT count(*) FROM extra." + name;
      rows.add("tables", name, Rows.one(connection, count));
    }
    return rows.contents();
  }

  /** How many transactions of a client it holds. */
  static long committed(Connection connection, int client) throws SQLException {
    String count = "SELECT count(*) FROM journal WHERE client = " + client;
    return Long.parseLong(Rows.one(connection, count));
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code INSERT INTO t VALUES (?, ?)}: the values of many rows fit into one such statement, with
 * the same effect.
 *
 * <p>Only where the rows cannot see each other: not with ON CONFLICT, which may update a row once
 * in a statement, and not with a query among the values.
 */
final class RowInsert {
  private static final Set<String> QUERIES = Set.of("SELECT", "FROM", "WITH", "TABLE", "PIVOT");

  /** Up to the word VALUES. */
  private final String head;

  /** What is around the parameters of a row: one more than they are. */
  private final List<String> row;

  private RowInsert(String head, List<String> row) {
    this.head = head;
    this.row = row;
  }

  /** A statement as such an insert, if it is one. */
  static Optional<RowInsert> of(String sql) {
    List<SqlToken> tokens = SqlScript.tokens(sql);
    int values = indexOfValues(tokens);
    if (values < 0 || !tokens.get(1).isKeyword("INTO")) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    int from = tokens.get(values + 1).start();
    int depth = 0;
    for (int at = values + 1; at < tokens.size(); at++) {
      SqlToken token = tokens.get(at);
      if (QUERIES.contains(token.keyword())) {
        return Optional.empty();
      }
      depth += token.isSign('(') ? 1 : token.isSign(')') ? -1 : 0;
      if (token.text().equals("?")) {
        if (isNumbered(tokens, at)) {
          return Optional.empty();
        }
        parts.add(sql.substring(from, token.start()));
        from = token.end();
      }
      if (depth == 0 && at + 1 < tokens.size()) {
        return Optional.empty();
      }
    }
    int end = tokens.get(tokens.size() - 1).end();
    parts.add(sql.substring(from, end));
    return Optional.of(new RowInsert(sql.substring(0, tokens.get(values).end()) + " ", parts));
  }

  /** Whether a parameter is written ?1. */
  private static boolean isNumbered(List<SqlToken> tokens, int at) {
    return at + 1 < tokens.size()
        && tokens.get(at + 1).start() == tokens.get(at).end()
        && tokens.get(at + 1).kind() == SqlToken.Kind.WORD;
  }

  /** The place of VALUES and a row in parentheses, negative if there is none. */
  private static int indexOfValues(List<SqlToken> tokens) {
    int depth = 0;
    for (int at = 0; at + 1 < tokens.size(); at++) {
      SqlToken token = tokens.get(at);
      if (token.text().equals("?") || QUERIES.contains(token.keyword())) {
        return -1;
      }
      depth += token.isSign('(') ? 1 : token.isSign(')') ? -1 : 0;
      if (depth == 0 && token.isKeyword("VALUES")) {
        return tokens.get(0).isKeyword("INSERT") && tokens.get(at + 1).isSign('(') ? at : -1;
      }
    }
    return -1;
  }

  /** How many values a row takes. */
  int parameters() {
    return row.size() - 1;
  }

  /** The statement that inserts rows of values, each as long as {@link #parameters} says. */
  String sql(List<List<String>> rows) {
    StringBuilder sql = new StringBuilder(head);
    String comma = "";
    for (List<String> values : rows) {
      sql.append(comma);
      Iterator<String> parts = row.iterator();
      sql.append(parts.next());
      for (String value : values) {
        sql.append(value).append(parts.next());
      }
      comma = ", ";
    }
    return sql.toString();
  }
}

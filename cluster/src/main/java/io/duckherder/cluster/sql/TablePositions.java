package io.duckherder.cluster.sql;

import io.duckherder.sql.SqlToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Finds the names and strings of a statement that stand where a table does. What is no table there
 * may be found among them, never the other way round.
 */
final class TablePositions {
  private static final Set<String> BEFORE =
      Set.of(
          "FROM",
          "JOIN",
          "USING",
          "TABLE",
          "LATERAL",
          "ONLY",
          "SUMMARIZE",
          "DESCRIBE",
          "DESC",
          "SHOW",
          "PIVOT",
          "PIVOT_WIDER",
          "PIVOT_LONGER",
          "UNPIVOT");

  /** Words that are no names, and end the list after FROM. */
  private static final Set<String> ENDS = Set.of("SELECT", "WHERE", "GROUP", "HAVING", "ORDER");

  private final List<SqlToken> tokens;
  private final List<List<String>> found = new ArrayList<>();
  private final Deque<Boolean> outer = new ArrayDeque<>();

  /** Whether a comma is followed by a table. */
  private boolean listed;

  private boolean expected;

  private TablePositions(List<SqlToken> tokens) {
    this.tokens = tokens;
  }

  /** The parts of each name, without quotes. */
  static List<List<String>> of(List<SqlToken> tokens) {
    TablePositions positions = new TablePositions(tokens);
    int at = 0;
    while (at < tokens.size()) {
      at = positions.step(at);
    }
    return positions.found;
  }

  private int step(int at) {
    SqlToken token = tokens.get(at);
    if (token.kind() == SqlToken.Kind.SIGN) {
      sign(token);
      return at + 1;
    }
    if (BEFORE.contains(token.keyword())) {
      expected = !isComparison(at);
      listed |= expected;
      return at + 1;
    }
    if (ENDS.contains(token.keyword()) && !follows(at, "AS")) {
      listed = false;
      expected = false;
      return at + 1;
    }
    if (!expected) {
      return at + 1;
    }
    expected = false;
    return name(at);
  }

  private void sign(SqlToken token) {
    if (token.isSign('(') || token.isSign('[') || token.isSign('{')) {
      outer.push(listed);
      listed = expected;
    } else if (token.isSign(')') || token.isSign(']') || token.isSign('}')) {
      listed = !outer.isEmpty() && outer.pop();
      expected = false;
    } else {
      expected = token.isSign(',') && listed;
    }
  }

  /** {@code a IS DISTINCT FROM b}. */
  private boolean isComparison(int at) {
    return tokens.get(at).isKeyword("FROM")
        && follows(at, "DISTINCT")
        && (follows(at - 1, "IS") || follows(at - 1, "NOT"));
  }

  private boolean follows(int at, String keyword) {
    return at > 0 && tokens.get(at - 1).isKeyword(keyword);
  }

  private int name(int first) {
    int last = first;
    List<String> name = new ArrayList<>(List.of(part(tokens.get(first))));
    while (last + 2 < tokens.size() && tokens.get(last + 1).isSign('.')) {
      last += 2;
      name.add(part(tokens.get(last)));
    }
    found.add(name);
    return last + 1;
  }

  private static String part(SqlToken token) {
    return FileUses.string(token).orElse(token.name());
  }
}

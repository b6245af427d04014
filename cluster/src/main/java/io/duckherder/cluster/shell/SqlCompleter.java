package io.duckherder.cluster.shell;

import io.duckherder.cluster.client.ClusterClient;
import io.duckherder.error.DuckherderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes the word at the cursor: keywords, and the names of tables and columns. */
final class SqlCompleter implements Completer {
  private static final List<String> KEYWORDS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP BY",
          "HAVING",
          "ORDER BY",
          "LIMIT",
          "OFFSET",
          "JOIN",
          "LEFT",
          "RIGHT",
          "FULL",
          "INNER",
          "CROSS",
          "ON",
          "USING",
          "AS",
          "AND",
          "OR",
          "NOT",
          "IN",
          "IS",
          "NULL",
          "LIKE",
          "BETWEEN",
          "EXISTS",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "CAST",
          "DISTINCT",
          "UNION",
          "ALL",
          "EXCEPT",
          "INTERSECT",
          "WITH",
          "VALUES",
          "DESC",
          "ASC",
          "EXPLAIN",
          "DESCRIBE",
          "SHOW",
          "SET",
          "RESET",
          "CALL",
          "COUNT",
          "SUM",
          "AVG",
          "MIN",
          "MAX",
          "DATE",
          "INTERVAL",
          "TIMESTAMP",
          "PREPARE",
          "EXECUTE",
          "SUMMARIZE",
          "QUALIFY");

  private final List<String> names;

  private SqlCompleter(List<String> names) {
    this.names = names;
  }

  /** A completer that knows the names of a cluster. */
  static SqlCompleter of(ClusterClient client) {
    List<String> words = new ArrayList<>(KEYWORDS);
    try {
      words.addAll(client.names());
    } catch (DuckherderException e) {
      // Keywords alone are still a help, as when no worker is there yet.
    }
    return new SqlCompleter(words);
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String word = line.word();
    String prefix = word.substring(wordStart(word));
    String before = word.substring(0, word.length() - prefix.length());
    String wanted = prefix.toUpperCase(Locale.ROOT);
    for (String name : names) {
      if (name.toUpperCase(Locale.ROOT).startsWith(wanted)) {
        candidates.add(
            new Candidate(before + name, name, null, null, null, null, !before.endsWith(".")));
      }
    }
  }

  /** Where the name at the end of a word begins: after a dot, bracket, comma or operator. */
  private static int wordStart(String word) {
    int start = word.length();
    while (start > 0 && Character.isJavaIdentifierPart(word.charAt(start - 1))) {
      start--;
    }
    return start;
  }
}

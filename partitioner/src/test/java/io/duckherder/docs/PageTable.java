package io.duckherder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table in a page of {@code docs} whose first columns the code tells. The words in the others are
 * written by hand, and kept for a row as long as its first cell is the same. In the page the table
 * stands between the lines {@code <!-- table NAME, made by TEST -->} and {@code <!-- end of table
 * -->}. {@code -Dduckherder.update=true} writes it anew.
 */
public final class PageTable {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String END = "<!-- end of table -->";

  private final Path page;
  private final List<String> lines;
  private final int first;
  private final int end;

  private PageTable(String page, String name) throws IOException {
    this.page = DOCS.resolve(page);
    lines = Files.readAllLines(this.page);
    int start = -1;
    for (int i = 0; i < lines.size() && start < 0; i++) {
      if (lines.get(i).startsWith("<!-- table " + name + ", ")) {
        start = i;
      }
    }
    assertThat(start).as("the line of table %s in %s", name, page).isNotNegative();
    first = start + 3;
    end = first + lines.subList(first, lines.size()).indexOf(END);
    assertThat(end).as("the end of table %s in %s", name, page).isGreaterThanOrEqualTo(first);
  }

  /** Fails if the table has not these rows, or has not a word about one of them. */
  public static void requireExplained(String page, String name, List<List<String>> rows)
      throws IOException {
    PageTable table = new PageTable(page, name);
    int words = rows.get(0).size();
    assertThat(table.require(rows))
        .as("%s: rows without words", page)
        .noneMatch(row -> cells(row).get(words).isEmpty());
  }

  /** Fails if the table has not these rows; they may be without words. */
  public static void require(String page, String name, List<List<String>> rows) throws IOException {
    new PageTable(page, name).require(rows);
  }

  private List<String> require(List<List<String>> rows) throws IOException {
    int columns = cells(lines.get(first - 2)).size();
    Map<String, List<String>> words = new HashMap<>();
    for (String line : lines.subList(first, end)) {
      List<String> cells = cells(line);
      words.put(cells.get(0), cells);
    }
    List<String> expected = new ArrayList<>();
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row);
      List<String> before = words.getOrDefault(row.get(0), Collections.nCopies(columns, ""));
      cells.addAll(before.subList(row.size(), columns));
      expected.add(line(cells));
    }
    if (Boolean.getBoolean("duckherder.update")) {
      List<String> written = new ArrayList<>(lines.subList(0, first));
      written.addAll(expected);
      written.addAll(lines.subList(end, lines.size()));
      Files.write(page, written);
    } else {
      assertThat(lines.subList(first, end))
          .as("%s; -Dduckherder.update=true writes it anew", page)
          .isEqualTo(expected);
    }
    return expected;
  }

  private static List<String> cells(String line) {
    String inner = line.strip().replaceAll("^\\||\\|$", "");
    return Stream.of(inner.split("(?<!\\\\)\\|", -1)).map(String::strip).toList();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.isEmpty() ? " |" : " " + cell + " |")
        .collect(Collectors.joining("", "|", ""));
  }
}

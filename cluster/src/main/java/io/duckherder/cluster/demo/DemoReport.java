package io.duckherder.cluster.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Holds each answer against DuckDB's own and sums up. */
final class DemoReport {
  private static final double MILLIS = 1e3;

  /** DuckDB's own answers by the name of the query. */
  private final Map<String, Answer> expected = new LinkedHashMap<>();

  private final List<Line> lines = new ArrayList<>();

  /** Where a query ran and how that compared. */
  private record Line(
      String query, String where, int rows, Duration time, Optional<String> difference) {}

  /** Takes DuckDB's own answer to a query, which all later ones must equal. */
  void expect(DemoQuery query, Answer answer, Duration time) {
    expected.put(query.name(), answer);
    lines.add(new Line(query.name(), "DuckDB alone", answer.rows().size(), time, Optional.empty()));
  }

  /** Takes another answer to a query, and tells in what it differs if it does. */
  Optional<String> check(DemoQuery query, String where, Answer answer, Duration time) {
    Answer right = expected.get(query.name());
    if (right == null) {
      throw new IllegalStateException("DuckDB's own answer comes first");
    }
    Optional<String> difference = right.difference(answer, query.order());
    lines.add(new Line(query.name(), where, answer.rows().size(), time, difference));
    return difference;
  }

  /** 0 if all answers equal DuckDB's own, else 1. */
  int exitStatus() {
    return lines.stream().allMatch(line -> line.difference().isEmpty()) ? 0 : 1;
  }

  void print(DemoConsole console) {
    console.heading("Summary");
    console.line("  Query  Where                  Rows      Time  Same as DuckDB alone");
    for (Line line : lines) {
      String verdict =
          line.where().equals("DuckDB alone")
              ? ""
              : line.difference().map(why -> console.bad("no: " + why)).orElse(console.good("yes"));
      console.line(
          String.format(
                  Locale.ROOT,
                  "  %-5s  %-18s  %,7d  %6.2f s  %s",
                  line.query(),
                  line.where(),
                  line.rows(),
                  line.time().toMillis() / MILLIS,
                  verdict)
              .stripTrailing());
    }
    long compared = lines.size() - expected.size();
    console.line("");
    console.line(
        exitStatus() == 0
            ? console.good("All %d answers equal DuckDB's own.".formatted(compared))
            : console.bad("An answer differs from DuckDB's own."));
  }
}

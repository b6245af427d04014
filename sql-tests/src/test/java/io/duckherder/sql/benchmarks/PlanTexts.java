package io.duckherder.sql.benchmarks;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What EXPLAIN says of the queries of a benchmark, without what differs from run to run. */
final class PlanTexts {
  private static final Pattern SHAPE =
      Pattern.compile("Stage \\d+: .*|  reads stage .*|  gives its rows to .*|  runs as .*");

  private static final Pattern ROWS =
      Pattern.compile("\nRows of its tables: .*|\n  is expected to give .*");

  private PlanTexts() {}

  /** The stages of each query, without their SQL. */
  static String shapes(Benchmark benchmark, Map<Integer, String> plans) {
    StringBuilder text = new StringBuilder();
    plans.forEach(
        (number, plan) ->
            text.append(new BenchmarkQuery(benchmark, number))
                .append(": ")
                .append(shape(plan))
                .append("\n\n"));
    return text.toString();
  }

  /** The plan of a query as it is, with all SQL. */
  static String withSql(BenchmarkQuery query, Map<Integer, String> plans) {
    String plan = plans.get(query.number());
    return query + ": " + ROWS.matcher(withoutWorkers(plan)).replaceAll("") + "\n\n";
  }

  private static String shape(String plan) {
    String first = plan.lines().findFirst().orElse("");
    return first
        + plan.lines()
            .skip(1)
            .filter(line -> SHAPE.matcher(line).matches())
            .map(line -> "\n" + line)
            .collect(Collectors.joining());
  }

  /** Without the last line: the workers are on other ports each time. */
  private static String withoutWorkers(String plan) {
    return plan.substring(0, plan.lastIndexOf("\nWorkers: "));
  }
}

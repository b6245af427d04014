package io.duckherder.spark.stream;

import io.duckherder.plan.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * SQL that compares rows by what they hold, value for value: NULL is NULL and NaN is NaN, but -0.0
 * is not 0.0, 30 days are not a month, and a text is no other one whatever its collation says.
 *
 * <p>Each column gives one or two expressions, which together tell any two of its values apart.
 * Columns go by their places, as {@code c0}, {@code c1} and so on.
 */
public record ExactValues(List<ResultColumn> columns) {
  /** Of these types, DuckDB takes only those values for equal that are. */
  private static final Set<String> EXACT =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "BLOB",
          "DATE",
          "TIME",
          "TIME_NS",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE",
          "UUID",
          "BIGNUM",
          "BIT");

  public ExactValues {
    columns = List.copyOf(columns);
  }

  /** What tells two values of a column apart. */
  private List<String> expressions(String alias, int column) {
    String type = columns.get(column).type();
    String value = alias + ".c" + column;
    if (type.equals("VARCHAR")) {
      return List.of("(" + value + " COLLATE C)");
    }
    if (EXACT.contains(type) || type.startsWith("DECIMAL(") && type.endsWith(")")) {
      return List.of(value);
    }
    // The text tells apart what DuckDB takes for equal, and the value what is written alike.
    return List.of(value, "(CAST(" + value + " AS VARCHAR) COLLATE C)");
  }

  /** What tells two rows apart. */
  List<String> expressions(String alias) {
    return expressions(alias, IntStream.range(0, columns.size()).boxed().toList());
  }

  /** What tells two rows apart by some of their columns. */
  public List<String> expressions(String alias, List<Integer> places) {
    List<String> all = new ArrayList<>();
    places.forEach(column -> all.addAll(expressions(alias, column)));
    return all;
  }

  /** Whether two rows are the same. */
  public String same(String one, String other) {
    return same(one, other, IntStream.range(0, columns.size()).boxed().toList());
  }

  /** Whether two rows are the same in some columns. */
  public String same(String one, String other, List<Integer> places) {
    List<String> left = expressions(one, places);
    List<String> right = expressions(other, places);
    return IntStream.range(0, left.size())
        .mapToObj(i -> left.get(i) + " IS NOT DISTINCT FROM " + right.get(i))
        .collect(Collectors.joining(" AND "));
  }

  /** The columns in order, one after the other. */
  public String list(String alias) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> alias + ".c" + i)
        .collect(Collectors.joining(", "));
  }

  /** The names by which a table's columns go, for behind its alias. */
  public String names() {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "c" + i)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}

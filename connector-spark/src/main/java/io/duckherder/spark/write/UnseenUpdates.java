package io.duckherder.spark.write;

import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What an UPDATE of DuckDB's leaves as it was: it takes a value for unchanged that equals the one
 * in its place, though 0.0 is not -0.0. The rows of such values are put in once more and deleted
 * after it. Intervals are so as well, but Spark changes no rows of tables that have them.
 *
 * <p>An UPDATE by way of a third value would not do: the log keeps only what a row is in the end,
 * so who replays it leaves that out again.
 *
 * <p>Rows with an index, or with lists, DuckDB puts in anew itself. They have other rowids then,
 * and are not found.
 */
final class UnseenUpdates {
  private static final Set<String> FLOATING = Set.of("FLOAT", "DOUBLE");

  /** How values, their columns and types differ where they are equal: numbers are zeros then. */
  private static final String SIGN = "signbit(%1$s) <> signbit(%2$s)";

  private static final String TEXT = "CAST(CAST(%1$s AS %3$s) AS VARCHAR) <> CAST(%2$s AS VARCHAR)";

  private UnseenUpdates() {}

  /**
   * The statements for these rows, to run after the UPDATE; none if no value has its like.
   *
   * @param table its name as SQL
   * @param given the rows of the UPDATE as {@code s}: {@code r} the rowid, and a column for each of
   *     {@code rows}, by {@link #alias}
   * @param rows the columns that Spark gives, which are all
   * @param columns those of the table
   */
  static List<String> sql(String table, String given, StructType rows, StructType columns) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<String> suspect = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    for (StructField row : rows.fields()) {
      String stored = SqlText.identifier(row.name());
      String value = "s." + alias(names.size());
      Optional<DuckDBType> type = StagedInsert.type(row.name(), columns);
      if (type.isPresent() && !isInOnePlace(type.get())) {
        return List.of();
      }
      names.add(stored);
      values.add(value);
      if (type.filter(UnseenUpdates::hasEquals).isPresent()) {
        boolean number = FLOATING.contains(type.get().toString());
        suspect.add(value + (number ? " = 0" : " IS NOT NULL"));
        unseen.add((number ? SIGN : TEXT).formatted(value, "t." + stored, type.get()));
      }
    }
    if (unseen.isEmpty()) {
      return List.of();
    }
    String where =
        "t.rowid = s.r AND (%s) AND (%s)"
            .formatted(String.join(" OR ", suspect), String.join(" OR ", unseen));
    return List.of(
        "INSERT INTO %1$s (%2$s) SELECT %3$s FROM %1$s AS t, %4$s WHERE %5$s"
            .formatted(table, String.join(", ", names), String.join(", ", values), given, where),
        "DELETE FROM %s AS t USING %s WHERE %s".formatted(table, given, where));
  }

  /** What a value is called among those that are given. */
  static String alias(int column) {
    return "c" + column;
  }

  /** Whether DuckDB updates values of a type where they are. */
  private static boolean isInOnePlace(DuckDBType type) {
    return type instanceof DuckDBType.Composite parts
        ? parts.members().stream().allMatch(member -> isInOnePlace(member.type()))
        : type instanceof DuckDBType.Scalar;
  }

  /** Whether two values of a type can be equal and not the same. */
  private static boolean hasEquals(DuckDBType type) {
    if (type instanceof DuckDBType.Composite parts) {
      return parts.members().stream().anyMatch(member -> hasEquals(member.type()));
    }
    return FLOATING.contains(type.toString());
  }
}

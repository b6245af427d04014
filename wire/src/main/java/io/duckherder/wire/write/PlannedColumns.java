package io.duckherder.wire.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The columns of a table that a write gives values for, as they were when it was planned. DuckDB
 * casts each value to the type that its column has when it is inserted, and would round it to one
 * that is narrower by then.
 *
 * @param schema the schema of the table
 * @param table its own name
 * @param types the type of each column
 */
public record PlannedColumns(String schema, String table, Map<String, String> types) {
  private static final DuckDBType.Scalar TEXT = new DuckDBType.Scalar("VARCHAR", "");
  private static final DuckDBType.Scalar ENUM = new DuckDBType.Scalar("ENUM", "");

  public PlannedColumns {
    types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
  }

  /** The query for the table's columns as they are now, each with its type. */
  public String query(String database) {
    return "SELECT column_name, column_type FROM (DESCRIBE FROM %s)"
        .formatted(SqlText.qualified(database, schema, table));
  }

  /**
   * Fails if one of the columns has another type now, or is gone.
   *
   * @param now the types of all columns of the table; none if it is gone, which DuckDB says itself
   */
  public void requireUnchanged(Map<String, String> now) {
    if (now.isEmpty()) {
      return;
    }
    types.forEach(
        (column, planned) -> {
          Optional<String> type = find(column, now);
          if (type.isEmpty() || !same(planned, type.get())) {
            throw new DuckherderException(
                StandardErrorCode.TABLE_CHANGED,
                "Cannot write column \"%s\" of %s: it was %s when the write was planned, and %s; run the write again, or start the stream again"
                    .formatted(
                        column,
                        SqlText.qualified(schema, table),
                        planned,
                        type.map(found -> "is " + found + " now").orElse("is gone")));
          }
        });
  }

  private static Optional<String> find(String column, Map<String, String> types) {
    return Optional.ofNullable(types.get(column))
        .or(
            () ->
                types.entrySet().stream()
                    .filter(type -> type.getKey().equalsIgnoreCase(column))
                    .map(Map.Entry::getValue)
                    .findFirst());
  }

  /** Whether a column of the one type keeps what one of the other does. */
  private static boolean same(String planned, String now) {
    if (planned.equals(now)) {
      return true;
    }
    try {
      DuckDBType before = DuckDBType.parse(planned).withScalars(PlannedColumns::kept);
      DuckDBType after = DuckDBType.parse(now).withScalars(PlannedColumns::kept);
      // What is known of a column from a result has no values of an ENUM.
      return before.equals(after) || before.equals(after.withScalars(PlannedColumns::named));
    } catch (DuckherderException e) {
      // A type that is not read by its parts is the same by its text alone.
      return false;
    }
  }

  /** JSON is text that is tested, and kept as it is written. */
  private static DuckDBType.Scalar kept(DuckDBType.Scalar type) {
    return type.name().equals("JSON") ? TEXT : type;
  }

  private static DuckDBType.Scalar named(DuckDBType.Scalar type) {
    return type.name().equals(ENUM.name()) ? ENUM : type;
  }
}

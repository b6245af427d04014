package io.duckherder.spark.write;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.spark.type.SparkTypes;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import io.duckherder.wire.write.CommitStep;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The statement that takes staged rows into a table: by the names of columns, nothing rounded. */
final class StagedInsert {
  /** DuckDB would round Spark's microseconds to these. */
  private static final Map<String, String> COARSE =
      Map.of("TIMESTAMP_S", "seconds", "TIMESTAMP_MS", "milliseconds");

  private static final DuckDBType.Scalar FINE = new DuckDBType.Scalar("TIMESTAMP", "");
  private static final String UNION = "UNION(";

  private StagedInsert() {}

  /**
   * The statement. It fails if a column has another type by then.
   *
   * @param rows the staged columns
   * @param columns those of the table, as they were planned
   */
  static CommitStep into(WriteTarget target, StructType rows, StructType columns) {
    return giving(
        CommitStep.reading(sql(target.sql(), rows, columns, CommitStep.STAGED)),
        target,
        rows,
        columns);
  }

  /** A statement with what it needs to be so still of the columns that it gives values for. */
  static CommitStep giving(
      CommitStep step, WriteTarget target, StructType rows, StructType columns) {
    return DeclaredColumns.planned(target, columns, rows).map(step::giving).orElse(step);
  }

  /**
   * The same as SQL.
   *
   * @param table its name as SQL
   * @param from what to select from, and which of its rows
   */
  static String sql(String table, StructType rows, StructType columns, String from) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (StructField row : rows.fields()) {
      Optional<String> why = whyLeftOut(row.name(), columns);
      if (why.isPresent()) {
        left.add(absent(row.name(), why.get()));
        continue;
      }
      names.add(SqlText.identifier(row.name()));
      values.add(HiddenValues.require(value(row.name(), columns), row.name(), columns));
    }
    String given =
        left.isEmpty()
            ? from
            : "(FROM %s) AS given WHERE %s".formatted(from, String.join(" AND ", left));
    return "INSERT INTO %s (%s) SELECT %s FROM %s"
        .formatted(table, String.join(", ", names), String.join(", ", values), given);
  }

  /** Why no value of Spark's goes into a column, if none does. */
  private static Optional<String> whyLeftOut(String name, StructType columns) {
    if (HiddenValues.isGenerated(name, columns)) {
      return Optional.of("DuckDB calculates it");
    }
    String type = duckdbType(name, columns);
    return type.toUpperCase(Locale.ROOT).startsWith(UNION)
        ? Optional.of("Spark's structs cannot be made DuckDB's " + type)
        : Optional.empty();
  }

  /** The condition that Spark left a column out, which is no different from NULL. */
  private static String absent(String name, String why) {
    String message = "Cannot write column \"%s\": %s; leave the column out".formatted(name, why);
    return "CASE WHEN %s IS NULL THEN true ELSE error(%s) END"
        .formatted(SqlText.identifier(name), SqlText.literal(message));
  }

  /** The value of a staged column for the column of its name. */
  static String value(String name, StructType columns) {
    return value(SqlText.identifier(name), name, duckdbType(name, columns));
  }

  private static String value(String sql, String name, String type) {
    if (hasUnion(type)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED_TYPE,
          "Cannot write column \"%s\": Spark's structs cannot be made DuckDB's %s"
              .formatted(name, type));
    }
    return parsed(type).map(known -> unrounded(sql, name, known)).orElse(sql);
  }

  /** Whether a type is made of unions, whatever the values of its ENUMs are called. */
  private static boolean hasUnion(String type) {
    return parsed(type)
        .map(known -> known.withScalars(scalar -> new DuckDBType.Scalar(scalar.name(), "")))
        .map(DuckDBType::toString)
        .orElse(type)
        .toUpperCase(Locale.ROOT)
        .contains(UNION);
  }

  /**
   * A value that fails if DuckDB would round a time in it, however deep: it is not the same if it
   * goes by the column's type. All else in it is cast alike on both sides.
   */
  private static String unrounded(String sql, String name, DuckDBType type) {
    Set<String> units = new LinkedHashSet<>();
    DuckDBType fine =
        type.withScalars(
            scalar -> {
              Optional<String> unit = Optional.ofNullable(COARSE.get(scalar.name()));
              unit.ifPresent(units::add);
              return unit.isPresent() ? FINE : scalar;
            });
    if (units.isEmpty()) {
      return sql;
    }
    String message =
        "Cannot write column \"%s\": its %s keeps %s, and a value has a part below"
            .formatted(name, type, String.join(" and ", units));
    return "CASE WHEN CAST(CAST(%1$s AS %2$s) AS %3$s) IS NOT DISTINCT FROM CAST(%1$s AS %3$s) THEN %1$s ELSE error(%4$s) END"
        .formatted(sql, type, fine, SqlText.literal(message));
  }

  /** A type by its parts; empty for one that is only known by its name. */
  private static Optional<DuckDBType> parsed(String type) {
    try {
      return Optional.of(DuckDBType.parse(type));
    } catch (DuckherderException e) {
      return Optional.empty();
    }
  }

  /** The type of a column by its parts; empty if it is not known by them. */
  static Optional<DuckDBType> type(String name, StructType columns) {
    return parsed(duckdbType(name, columns));
  }

  private static String duckdbType(String name, StructType columns) {
    for (StructField column : columns.fields()) {
      if (column.name().equalsIgnoreCase(name)
          && column.metadata().contains(SparkTypes.DUCKDB_TYPE)) {
        return column.metadata().getString(SparkTypes.DUCKDB_TYPE);
      }
    }
    return "";
  }
}

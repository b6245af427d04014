package io.duckherder.worker.engine;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The form in which each DuckDB type crosses to Arrow. Most types cross as DuckDB exports them;
 * those that would lose something are cast in SQL first, inside nested types too. {@code
 * docs/types.md} has the table.
 */
final class ArrowForm {
  private static final Map<String, String> CAST_TO =
      Map.of(
          // 128 bits hold more than Arrow's 38 digits: the cast checks, the export would not.
          "HUGEINT", "DECIMAL(38,0)",
          "UHUGEINT", "DECIMAL(38,0)",
          // Arrow's TIME has no offset.
          "TIME WITH TIME ZONE", "VARCHAR",
          // Raw bytes of these mean nothing to a client.
          "BIT", "VARCHAR",
          "BIGNUM", "VARCHAR",
          // A dictionary for each batch is more than most clients read.
          "ENUM", "VARCHAR");

  private static final Set<String> AS_EXPORTED =
      Set.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "FLOAT",
          "DOUBLE",
          "DECIMAL",
          "VARCHAR",
          "JSON",
          "UUID",
          "BLOB",
          "DATE",
          "TIME",
          "TIME_NS",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE",
          "INTERVAL",
          "\"NULL\"",
          "NULL",
          "VARIANT");

  /** The member that names which of a union's members is set. */
  private static final String UNION_TAG = "union_tag";

  private static final DuckDBType INTERVAL = new DuckDBType.Scalar("INTERVAL", "");
  private static final long MAXIMUM_HOURS = Long.MAX_VALUE / 3_600_000_000_000L;

  private final ResultColumn column;

  private ArrowForm(ResultColumn column) {
    this.column = column;
  }

  /** A statement with the rows of another, each column in its Arrow form. */
  static String apply(String sql, List<ResultColumn> columns) {
    // The line break ends a comment that the statement may close with.
    return apply(sql, columns, "SELECT %2$s FROM (%1$s\n) AS q(%3$s)");
  }

  /** The same for a statement that changes rows, and so cannot stand in a FROM clause. */
  static String applyToWrite(String sql, List<ResultColumn> columns) {
    return apply(sql, columns, "WITH q(%3$s) AS (%1$s\n) SELECT %2$s FROM q");
  }

  /** A statement with columns of the same Arrow forms, and nothing to run. */
  static String nulls(List<ResultColumn> columns) {
    return columns.stream()
        .map(
            column ->
                "CAST(NULL AS %s) AS %s"
                    .formatted(
                        new ArrowForm(column).formOf(DuckDBType.parse(column.type())),
                        SqlText.identifier(column.name())))
        .collect(Collectors.joining(", ", "SELECT ", ""));
  }

  private static String apply(String sql, List<ResultColumn> columns, String pattern) {
    List<String> forms =
        IntStream.range(0, columns.size())
            .mapToObj(i -> new ArrowForm(columns.get(i)).expression("q.c" + i))
            .toList();
    if (IntStream.range(0, columns.size()).allMatch(i -> forms.get(i).equals("q.c" + i))) {
      return sql;
    }
    String selected =
        IntStream.range(0, columns.size())
            .mapToObj(i -> forms.get(i) + " AS " + SqlText.identifier(columns.get(i).name()))
            .collect(Collectors.joining(", "));
    String names =
        IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    return pattern.formatted(sql, selected, names);
  }

  private String expression(String value) {
    return convert(value, DuckDBType.parse(column.type()), 0);
  }

  /** The SQL for a value of a type in its Arrow form; the value itself where that is the same. */
  private String convert(String value, DuckDBType type, int depth) {
    if (!needsExpression(type)) {
      DuckDBType form = formOf(type);
      return form.equals(type) ? value : "CAST(" + value + " AS " + form + ")";
    }
    if (type.equals(INTERVAL)) {
      return checkedInterval(value);
    }
    String x = "x" + depth;
    if (type instanceof DuckDBType.ListOf list) {
      return transform(value, x, convert(x, list.element(), depth + 1));
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      List<String> elements =
          IntStream.rangeClosed(1, array.size())
              .mapToObj(i -> SqlText.call("array_extract", value, String.valueOf(i)))
              .map(element -> convert(element, array.element(), depth))
              .toList();
      return unlessNull(value, SqlText.call("array_value", elements));
    }
    if (type instanceof DuckDBType.MapOf map) {
      String key = convert(x + ".key", map.key(), depth + 1);
      String element = convert(x + ".value", map.value(), depth + 1);
      String entry = SqlText.call("struct_pack", "\"key\" := " + key, "\"value\" := " + element);
      return SqlText.call(
          "map_from_entries", transform(SqlText.call("map_entries", value), x, entry));
    }
    return members(value, (DuckDBType.Composite) type, depth);
  }

  /** Arrow counts the time of an interval in nanoseconds, of which 64 bits hold 292 years. */
  private String checkedInterval(String value) {
    String message =
        "Cannot send column \"%s\": an interval of more than 292 years of hours has no Arrow form;"
            + " CAST it to VARCHAR";
    return "CASE WHEN %s >= %d THEN %s ELSE %s END"
        .formatted(
            SqlText.call("abs", SqlText.call("date_part", "'hour'", value)),
            MAXIMUM_HOURS,
            SqlText.call("error", SqlText.literal(message.formatted(column.name()))),
            value);
  }

  private static String transform(String list, String variable, String element) {
    return SqlText.call("list_transform", list, "lambda " + variable + ": " + element);
  }

  /**
   * A struct, member by member. Java's UnionVector takes type ids for types, so a union crosses as
   * its tag and its members; a tuple's members get names, since Arrow's structs are read by them.
   */
  private String members(String value, DuckDBType.Composite type, int depth) {
    List<String> parts = new ArrayList<>();
    if (type.kind() == DuckDBType.Kind.UNION) {
      parts.add(
          SqlText.identifier(UNION_TAG)
              + " := CAST("
              + SqlText.call("union_tag", value)
              + " AS VARCHAR)");
    }
    for (int i = 0; i < type.members().size(); i++) {
      DuckDBType.Member member = type.members().get(i);
      String name = SqlText.literal(member.name());
      String part =
          switch (type.kind()) {
            case STRUCT -> SqlText.call("struct_extract", value, name);
            case UNION -> SqlText.call("union_extract", value, name);
            case TUPLE -> SqlText.call("struct_extract", value, String.valueOf(i + 1));
          };
      String shown = member.name().isEmpty() ? "_" + (i + 1) : member.name();
      parts.add(SqlText.identifier(shown) + " := " + convert(part, member.type(), depth + 1));
    }
    return unlessNull(value, SqlText.call("struct_pack", parts));
  }

  private static String unlessNull(String value, String otherwise) {
    return "CASE WHEN " + value + " IS NULL THEN NULL ELSE " + otherwise + " END";
  }

  /** Whether a cast will not do: for a union, a tuple or an interval, anywhere inside. */
  private static boolean needsExpression(DuckDBType type) {
    if (type.equals(INTERVAL)) {
      return true;
    }
    if (type instanceof DuckDBType.ListOf list) {
      return needsExpression(list.element());
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return needsExpression(array.element());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return needsExpression(map.key()) || needsExpression(map.value());
    }
    return type instanceof DuckDBType.Composite composite
        && (composite.kind() != DuckDBType.Kind.STRUCT
            || composite.members().stream().anyMatch(member -> needsExpression(member.type())));
  }

  private DuckDBType formOf(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return new DuckDBType.ListOf(formOf(list.element()));
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return new DuckDBType.ArrayOf(formOf(array.element()), array.size());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return new DuckDBType.MapOf(formOf(map.key()), formOf(map.value()));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return new DuckDBType.Composite(
          composite.kind(),
          composite.members().stream()
              .map(m -> new DuckDBType.Member(m.name(), formOf(m.type())))
              .toList());
    }
    return scalarForm((DuckDBType.Scalar) type);
  }

  private DuckDBType scalarForm(DuckDBType.Scalar type) {
    String cast = CAST_TO.get(type.name());
    if (cast != null) {
      return DuckDBType.parse(cast);
    }
    if (!AS_EXPORTED.contains(type.name())) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED_TYPE,
          "Cannot send column \"%s\" of type %s: it has no Arrow form; CAST it to VARCHAR"
              .formatted(column.name(), column.type()));
    }
    return type;
  }
}

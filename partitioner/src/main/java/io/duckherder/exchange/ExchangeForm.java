package io.duckherder.exchange;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.DuckDBType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The form in which the values of each DuckDB type cross Arrow to another DuckDB, which gets
 * exactly the same values of exactly the same type back. Unlike the Arrow form for clients it need
 * not mean anything to anybody else.
 *
 * <p>Columns are known by their place: in exchange form they are called {@code c0}, {@code c1} and
 * so on.
 */
public final class ExchangeForm {
  /** Arrow has these, or, as for HUGEINT, carries their bits untouched. */
  private static final Set<String> AS_EXPORTED =
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
          "TIMESTAMPTZ_NS",
          "\"NULL\"");

  /** Their text says all. */
  private static final Set<String> AS_TEXT =
      Set.of("UHUGEINT", "TIME WITH TIME ZONE", "BIT", "BIGNUM", "ENUM");

  private static final String INTERVAL = "INTERVAL";
  private static final DuckDBType.Scalar BARE_ENUM = new DuckDBType.Scalar("ENUM", "");
  private static final DuckDBType TEXT = new DuckDBType.Scalar("VARCHAR", "");

  private ExchangeForm() {}

  /**
   * Whether values of a type cross exactly. They do not for VARIANT, GEOMETRY, aggregate states,
   * types that a user made, and an ENUM whose labels are not told.
   */
  public static boolean supports(DuckDBType type) {
    return carries(type) && scalars(type).noneMatch(BARE_ENUM::equals);
  }

  /**
   * A statement with the rows of another in their exchange form.
   *
   * @param columns the columns of the other; of an ENUM the labels need not be told
   */
  public static String of(String sql, List<ResultColumn> columns) {
    String selected =
        IntStream.range(0, columns.size())
            .mapToObj(i -> out("q.c" + i, columns.get(i)) + " AS c" + i)
            .collect(Collectors.joining(", "));
    // The line break ends a comment that the statement may close with.
    return "SELECT " + selected + " FROM (" + sql + "\n) AS q(" + names(columns.size()) + ")";
  }

  /** A statement with the rows that a relation has in their exchange form. */
  public static String restore(String relation, List<ResultColumn> columns) {
    String selected =
        IntStream.range(0, columns.size())
            .mapToObj(i -> back("q.c" + i, columns.get(i)) + " AS c" + i)
            .collect(Collectors.joining(", "));
    return "SELECT " + selected + " FROM " + relation + " AS q(" + names(columns.size()) + ")";
  }

  /** The names of columns in exchange form, parted by commas. */
  public static String names(int columns) {
    return IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
  }

  private static String out(String value, ResultColumn column) {
    DuckDBType type = DuckDBType.parse(column.type());
    if (!carries(type)) {
      throw new DuckherderException(
          StandardErrorCode.UNSUPPORTED_TYPE,
          "Cannot pass column \"%s\" of type %s between workers; run the query with SET"
                  .formatted(column.name(), column.type())
              + " duckherder_execution = 'single'");
    }
    return ExchangeOutward.convert(value, type);
  }

  private static String back(String value, ResultColumn column) {
    return ExchangeReturn.convert(value, DuckDBType.parse(column.type()));
  }

  /** Whether a cast will not do, because something inside is taken apart. */
  static boolean isRebuilt(DuckDBType type) {
    return hasUnionOrTuple(type) || scalars(type).anyMatch(ExchangeForm::isInterval);
  }

  private static boolean hasUnionOrTuple(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return hasUnionOrTuple(list.element());
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return hasUnionOrTuple(array.element());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return hasUnionOrTuple(map.key()) || hasUnionOrTuple(map.value());
    }
    return type instanceof DuckDBType.Composite composite
        && (composite.kind() != DuckDBType.Kind.STRUCT
            || composite.members().stream().anyMatch(member -> hasUnionOrTuple(member.type())));
  }

  static boolean isInterval(DuckDBType type) {
    return type instanceof DuckDBType.Scalar scalar && scalar.name().equals(INTERVAL);
  }

  /** The type in which a value of a type that is not rebuilt crosses. */
  static DuckDBType form(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return new DuckDBType.ListOf(form(list.element()));
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return new DuckDBType.ArrayOf(form(array.element()), array.size());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return new DuckDBType.MapOf(form(map.key()), form(map.value()));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return new DuckDBType.Composite(
          composite.kind(),
          composite.members().stream()
              .map(member -> new DuckDBType.Member(member.name(), form(member.type())))
              .toList());
    }
    return AS_TEXT.contains(((DuckDBType.Scalar) type).name()) ? TEXT : type;
  }

  private static boolean carries(DuckDBType type) {
    return scalars(type)
        .map(DuckDBType.Scalar::name)
        .allMatch(
            name -> AS_EXPORTED.contains(name) || AS_TEXT.contains(name) || name.equals(INTERVAL));
  }

  /** The scalar types that a type is made of. */
  private static Stream<DuckDBType.Scalar> scalars(DuckDBType type) {
    if (type instanceof DuckDBType.ListOf list) {
      return scalars(list.element());
    }
    if (type instanceof DuckDBType.ArrayOf array) {
      return scalars(array.element());
    }
    if (type instanceof DuckDBType.MapOf map) {
      return Stream.concat(scalars(map.key()), scalars(map.value()));
    }
    if (type instanceof DuckDBType.Composite composite) {
      return composite.members().stream().flatMap(member -> scalars(member.type()));
    }
    return Stream.of((DuckDBType.Scalar) type);
  }
}

package io.duckherder.plan;

import io.duckherder.sql.DuckDBType;
import io.duckherder.sql.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL of a column of which only some fields of its structs are wanted: those of a type that is
 * the column's with fewer fields. A struct that is null stays null, and one of nulls one of nulls.
 */
final class NarrowedColumn {
  private int depth;

  private NarrowedColumn() {}

  /**
   * The column with fewer fields.
   *
   * @param sql the column
   * @param mayBeNull whether it may hold nulls. To find that out takes DuckDB the whole column;
   *     otherwise it reads the fields that are wanted and no others
   */
  static String sql(String sql, DuckDBType have, DuckDBType want, boolean mayBeNull) {
    return new NarrowedColumn().narrow(sql, have, want, mayBeNull);
  }

  private String narrow(String sql, DuckDBType have, DuckDBType want, boolean mayBeNull) {
    if (have.equals(want)) {
      return sql;
    }
    if (have instanceof DuckDBType.ListOf list && want instanceof DuckDBType.ListOf fewer) {
      String element = "e" + depth++;
      return SqlText.call(
          "list_transform",
          sql,
          "lambda %s: %s"
              .formatted(element, narrow(element, list.element(), fewer.element(), true)));
    }
    if (!(have instanceof DuckDBType.Composite struct)
        || !(want instanceof DuckDBType.Composite fewer)) {
      throw new IllegalArgumentException("Not a part of " + have + ": " + want);
    }
    List<String> fields = new ArrayList<>();
    for (DuckDBType.Member member : fewer.members()) {
      String field = SqlText.call("struct_extract", sql, SqlText.literal(member.name()));
      fields.add(
          SqlText.identifier(member.name())
              + " := "
              + narrow(field, type(struct, member.name()), member.type(), true));
    }
    String packed = SqlText.call("struct_pack", fields);
    return mayBeNull ? "CASE WHEN %s IS NULL THEN NULL ELSE %s END".formatted(sql, packed) : packed;
  }

  private static DuckDBType type(DuckDBType.Composite struct, String name) {
    return struct.members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No field " + name + " in " + struct))
        .type();
  }
}

package io.duckherder.spark.type;

import java.util.List;

/** A DuckDB type, read from the text by which DuckDB describes a column. */
public sealed interface DuckDBType {
  /** A type of one word or phrase: {@code BIGINT}, {@code TIME WITH TIME ZONE}. */
  record Plain(String name) implements DuckDBType {}

  /** {@code DECIMAL(precision, scale)}. */
  record Decimal(int precision, int scale) implements DuckDBType {}

  /** An enumeration; which values it has does not matter to a reader. */
  record Enumeration() implements DuckDBType {}

  /** {@code element[]} or {@code element[n]}. */
  record Sequence(DuckDBType element) implements DuckDBType {}

  /** {@code STRUCT(name type, ...)}; the fields of a {@code TUPLE} are named _1, _2 and so on. */
  record Struct(List<Member> members) implements DuckDBType {
    public Struct {
      members = List.copyOf(members);
    }
  }

  /** {@code MAP(key, value)}. */
  record Map(DuckDBType key, DuckDBType value) implements DuckDBType {}

  /** {@code UNION(name type, ...)}. */
  record Union(List<Member> members) implements DuckDBType {
    public Union {
      members = List.copyOf(members);
    }
  }

  /** A type that this connector does not know. */
  record Unknown(String text) implements DuckDBType {}

  /** A named part of a struct or union. */
  record Member(String name, DuckDBType type) {}

  /** The type that a text describes; {@link Unknown} where it describes none that is known. */
  static DuckDBType parse(String text) {
    return new TypeParser(text).parse();
  }
}

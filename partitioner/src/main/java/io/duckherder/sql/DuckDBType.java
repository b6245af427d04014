package io.duckherder.sql;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A DuckDB type, as DESCRIBE writes it. {@code toString} writes it back as SQL that DuckDB reads.
 */
public sealed interface DuckDBType {

  /** Reads a type's text. */
  static DuckDBType parse(String text) {
    return TypeParser.parse(text);
  }

  /** The type that has others in place of the scalars that it is made of. */
  DuckDBType withScalars(UnaryOperator<Scalar> change);

  /**
   * A type without parts, or with parts that are not types.
   *
   * @param name upper case, words parted by one blank: {@code TIME WITH TIME ZONE}
   * @param arguments what stands in parentheses after it, empty if nothing does
   */
  record Scalar(String name, String arguments) implements DuckDBType {
    @Override
    public DuckDBType withScalars(UnaryOperator<Scalar> change) {
      return change.apply(this);
    }

    @Override
    public String toString() {
      return arguments.isEmpty() ? name : name + '(' + arguments + ')';
    }
  }

  /** {@code T[]}. */
  record ListOf(DuckDBType element) implements DuckDBType {
    @Override
    public DuckDBType withScalars(UnaryOperator<Scalar> change) {
      return new ListOf(element.withScalars(change));
    }

    @Override
    public String toString() {
      return element + "[]";
    }
  }

  /** {@code T[n]}. */
  record ArrayOf(DuckDBType element, int size) implements DuckDBType {
    @Override
    public DuckDBType withScalars(UnaryOperator<Scalar> change) {
      return new ArrayOf(element.withScalars(change), size);
    }

    @Override
    public String toString() {
      return element + "[" + size + "]";
    }
  }

  /** {@code STRUCT(a T, ...)}, {@code UNION(a T, ...)} or {@code TUPLE(T, ...)}. */
  record Composite(Kind kind, List<Member> members) implements DuckDBType {
    public Composite {
      members = List.copyOf(members);
    }

    @Override
    public DuckDBType withScalars(UnaryOperator<Scalar> change) {
      return new Composite(
          kind,
          members.stream()
              .map(member -> new Member(member.name(), member.type().withScalars(change)))
              .toList());
    }

    @Override
    public String toString() {
      return members.stream()
          .map(Member::toString)
          .collect(Collectors.joining(", ", kind.name() + "(", ")"));
    }
  }

  /** Which of the types with members. */
  enum Kind {
    STRUCT,
    UNION,
    TUPLE
  }

  /** A member; a tuple's have no name, and theirs is empty. */
  record Member(String name, DuckDBType type) {
    @Override
    public String toString() {
      return name.isEmpty() ? type.toString() : SqlText.identifier(name) + ' ' + type;
    }
  }

  /** {@code MAP(K, V)}. */
  record MapOf(DuckDBType key, DuckDBType value) implements DuckDBType {
    @Override
    public DuckDBType withScalars(UnaryOperator<Scalar> change) {
      return new MapOf(key.withScalars(change), value.withScalars(change));
    }

    @Override
    public String toString() {
      return "MAP(" + key + ", " + value + ")";
    }
  }
}

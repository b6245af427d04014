package io.duckherder.spark.expression;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.DataType;

/**
 * A translated expression as other expressions use it. Its DuckDB type is the {@link PlainType} of
 * its Spark type, unless it has a risk of that, and its text is compared byte by byte.
 *
 * @param bounds of a whole number or decimal, what its values can be
 * @param literal the literal, if it is one
 */
record Term(
    String sql,
    DataType type,
    Optional<Bounds> bounds,
    Set<Risk> risks,
    Optional<Literal<?>> literal) {
  Term {
    risks = Set.copyOf(risks);
  }

  /** A term without risks, of which no more is known than its type. */
  static Term of(String sql, DataType type) {
    return new Term(sql, type, Bounds.of(type), Set.of(), Optional.empty());
  }

  /** What comes of some arguments, with their risks. */
  static Term of(String sql, DataType type, List<Term> arguments) {
    Set<Risk> risks = EnumSet.noneOf(Risk.class);
    arguments.forEach(argument -> risks.addAll(argument.risks));
    return new Term(sql, type, Bounds.of(type), risks, Optional.empty());
  }

  Term withBounds(Bounds narrower) {
    return new Term(sql, type, Optional.of(narrower), risks, literal);
  }

  Term withRisk(Risk risk) {
    Set<Risk> more = EnumSet.of(risk);
    more.addAll(risks);
    return new Term(sql, type, bounds, more, literal);
  }

  Term withLiteral(Literal<?> value) {
    return new Term(sql, type, bounds, risks, Optional.of(value));
  }

  /** The same values, not a date that must not be read. */
  Term withoutRisk(Risk risk) {
    Set<Risk> less = EnumSet.noneOf(Risk.class);
    less.addAll(risks);
    less.remove(risk);
    return new Term(sql, type, bounds, less, literal);
  }

  /** The SQL whose values are in the {@link PlainType}. */
  String read() {
    return risks.contains(Risk.WIDE_NUMBER) && Integers.contain(type)
        ? PlainType.cast(sql, type)
        : sql;
  }

  boolean canFail() {
    return risks.contains(Risk.FAILURE);
  }

  /** The value of a literal that is not null; empty for other terms. */
  <T> Optional<T> constant(Class<T> kind) {
    return literal.map(Literal::value).filter(kind::isInstance).map(kind::cast);
  }
}

package io.duckherder.spark.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/** Spark's literals as parts of expressions. */
final class Literals {
  private Literals() {}

  /** Empty for a literal of a type, or with a value, that DuckDB's SQL has not. */
  static Optional<Term> term(Literal<?> literal) {
    DataType type = literal.dataType();
    return PlainType.of(type)
        .flatMap(name -> ColumnForm.of(name).literal(literal, name))
        .map(sql -> Term.of(sql, type).withLiteral(literal))
        .map(term -> bounds(literal).map(term::withBounds).orElse(term));
  }

  private static Optional<Bounds> bounds(Literal<?> literal) {
    Object value = literal.value();
    if (value instanceof Decimal decimal && literal.dataType() instanceof DecimalType type) {
      BigDecimal scaled =
          decimal.toJavaBigDecimal().setScale(type.scale(), RoundingMode.UNNECESSARY);
      return Optional.of(Bounds.exactly(scaled.unscaledValue()));
    }
    return value instanceof Number number && Integers.contain(literal.dataType())
        ? Optional.of(Bounds.exactly(BigInteger.valueOf(number.longValue())))
        : Optional.empty();
  }
}

package io.duckherder.spark.expression;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * Sums, differences and products of decimals. Spark gives each as many digits as it can need. Where
 * that is more than 38, it rounds or not as a setting says; only what neither setting rounds is
 * translated, and fails in both where the number is too large.
 */
final class Decimals {
  private static final int MOST_DIGITS = 38;

  /** To this many digits after the point no setting of Spark's rounds a product. */
  private static final int KEPT_SCALE = 6;

  /** Up to this many digits DuckDB calculates in 64 bits, and fails rather than take more. */
  private static final int SMALL_DIGITS = 18;

  private Decimals() {}

  static Optional<Term> binary(Term left, String operator, Term right) {
    DecimalType first = (DecimalType) left.type();
    DecimalType second = (DecimalType) right.type();
    return operator.equals("*")
        ? product(left, first, right, second)
        : sum(left, first, operator, right, second);
  }

  private static Optional<Term> sum(
      Term left, DecimalType first, String operator, Term right, DecimalType second) {
    int scale = Math.max(first.scale(), second.scale());
    int whole = Math.max(first.precision() - first.scale(), second.precision() - second.scale());
    int precision = whole + scale + 1;
    if (precision > MOST_DIGITS) {
      return Optional.empty();
    }
    Bounds one = left.bounds().orElseThrow().shifted(scale - first.scale());
    Bounds other = right.bounds().orElseThrow().shifted(scale - second.scale());
    Bounds bounds = one.plus(operator.equals("-") ? other.negated() : other);
    DataType type = DataTypes.createDecimalType(precision, scale);
    return Optional.of(
        Term.of(calculated(left, operator, right, precision, type), type, List.of(left, right))
            .withBounds(bounds));
  }

  private static Optional<Term> product(
      Term left, DecimalType first, Term right, DecimalType second) {
    int scale = first.scale() + second.scale();
    int precision = first.precision() + second.precision() + 1;
    if (precision > MOST_DIGITS && scale > KEPT_SCALE) {
      return Optional.empty();
    }
    DataType type = DataTypes.createDecimalType(Math.min(precision, MOST_DIGITS), scale);
    Bounds bounds = left.bounds().orElseThrow().times(right.bounds().orElseThrow());
    Term term =
        Term.of(calculated(left, "*", right, precision - 1, type), type, List.of(left, right));
    return Optional.of(bounds.fits(type) ? term.withBounds(bounds) : term.withRisk(Risk.FAILURE));
  }

  private static String calculated(
      Term left, String operator, Term right, int digits, DataType type) {
    String operand = digits > SMALL_DIGITS ? large(left, right) : left.sql();
    return PlainType.cast("(" + operand + " " + operator + " " + right.sql() + ")", type);
  }

  /** The left operand, with so many digits that DuckDB calculates in 128 bits. */
  private static String large(Term left, Term right) {
    DecimalType type = (DecimalType) left.type();
    boolean small =
        type.precision() <= SMALL_DIGITS
            && ((DecimalType) right.type()).precision() <= SMALL_DIGITS;
    return small
        ? PlainType.cast(left.sql(), DataTypes.createDecimalType(SMALL_DIGITS + 1, type.scale()))
        : left.sql();
  }
}

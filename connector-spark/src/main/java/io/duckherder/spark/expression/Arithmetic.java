package io.duckherder.spark.expression;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * Arithmetic, which Spark hands over only where it fails on overflow. Whole numbers are calculated
 * in their own type if no result leaves it, and else in a wider one, from which the cast back
 * fails: so no optimizer can calculate around the failure.
 */
final class Arithmetic {
  /** Spark rounds a decimal of more digits where it changes its sign. */
  private static final Bounds SIGNED_DECIMALS =
      Bounds.of(DataTypes.createDecimalType(34, 0)).orElseThrow();

  private Arithmetic() {}

  static Optional<Term> add(List<Term> arguments) {
    return binary(arguments, "+", Bounds::plus);
  }

  /** The difference, or with one argument its negation. */
  static Optional<Term> subtract(List<Term> arguments) {
    return arguments.size() == 1
        ? negate(arguments.get(0))
        : binary(arguments, "-", (left, right) -> left.plus(right.negated()));
  }

  static Optional<Term> multiply(List<Term> arguments) {
    return binary(arguments, "*", Bounds::times);
  }

  /** Only of doubles by a number that is not zero: Spark fails on zero, DuckDB does not. */
  static Optional<Term> divide(List<Term> arguments) {
    Term left = arguments.get(0);
    Term right = arguments.get(1);
    boolean divisible =
        left.type().equals(DataTypes.DoubleType)
            && right.type().equals(DataTypes.DoubleType)
            && right.constant(Double.class).filter(value -> value != 0).isPresent();
    return divisible
        ? Optional.of(Term.of(infix(left, "/", right), left.type(), arguments))
        : Optional.empty();
  }

  /** Only of whole numbers by one above zero, for which no operand has a special case. */
  static Optional<Term> remainder(List<Term> arguments) {
    Term left = arguments.get(0);
    Term right = arguments.get(1);
    Optional<BigInteger> divisor =
        right.literal().isPresent()
            ? right.bounds().map(Bounds::least).filter(value -> value.signum() > 0)
            : Optional.empty();
    if (!Integers.contain(left.type()) || !left.type().equals(right.type())) {
      return Optional.empty();
    }
    return divisor.map(
        value -> {
          BigInteger most = value.subtract(BigInteger.ONE);
          boolean neverNegative =
              left.bounds().filter(bounds -> bounds.least().signum() >= 0).isPresent();
          return Term.of(infix(left, "%", right), left.type(), arguments)
              .withBounds(new Bounds(neverNegative ? BigInteger.ZERO : most.negate(), most));
        });
  }

  static Optional<Term> absolute(List<Term> arguments) {
    Term only = arguments.get(0);
    return unary(only, "abs(", only.bounds().map(Bounds::magnitude));
  }

  private static Optional<Term> negate(Term only) {
    return unary(only, "(-", only.bounds().map(Bounds::negated));
  }

  private static Optional<Term> unary(Term only, String function, Optional<Bounds> bounds) {
    DataType type = only.type();
    boolean rounded =
        type instanceof DecimalType && !only.bounds().orElseThrow().within(SIGNED_DECIMALS);
    if (!isNumber(type) || rounded) {
      return Optional.empty();
    }
    if (bounds.isEmpty() || bounds.get().fits(type)) {
      Term term = Term.of(function + only.sql() + ")", type, List.of(only));
      return Optional.of(bounds.map(term::withBounds).orElse(term));
    }
    return Optional.of(checked(function + wide(only) + ")", type, List.of(only)));
  }

  private static Optional<Term> binary(List<Term> arguments, String operator, Combination bounds) {
    Term left = arguments.get(0);
    Term right = arguments.get(1);
    DataType type = left.type();
    if (type instanceof DecimalType && right.type() instanceof DecimalType) {
      return Decimals.binary(left, operator, right);
    }
    if (!type.equals(right.type()) || !isNumber(type)) {
      return Optional.empty();
    }
    if (!Integers.contain(type)) {
      return Optional.of(Term.of(infix(left, operator, right), type, arguments));
    }
    Bounds result = bounds.of(left.bounds().orElseThrow(), right.bounds().orElseThrow());
    return Optional.of(
        result.fits(type)
            ? Term.of(infix(left, operator, right), type, arguments).withBounds(result)
            : checked(
                "(" + wide(left) + " " + operator + " " + right.sql() + ")", type, arguments));
  }

  private static Term checked(String wide, DataType type, List<Term> arguments) {
    return Term.of(PlainType.cast(wide, type), type, arguments).withRisk(Risk.FAILURE);
  }

  private static String wide(Term term) {
    String type = term.type().equals(DataTypes.LongType) ? "HUGEINT" : "BIGINT";
    return "CAST(" + term.sql() + " AS " + type + ")";
  }

  private static boolean isNumber(DataType type) {
    return Integers.contain(type)
        || type instanceof DecimalType
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType);
  }

  private static String infix(Term left, String operator, Term right) {
    return "(" + left.sql() + " " + operator + " " + right.sql() + ")";
  }

  /** How the bounds of a result follow from those of its operands. */
  private interface Combination {
    Bounds of(Bounds left, Bounds right);
  }
}

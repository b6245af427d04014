package io.duckherder.spark.expression;

import java.util.List;
import java.util.Optional;

/** Operations on the bits of whole numbers. */
final class Bits {
  private Bits() {}

  static Optional<Term> and(List<Term> arguments) {
    return binary(arguments, "(%s & %s)");
  }

  static Optional<Term> or(List<Term> arguments) {
    return binary(arguments, "(%s | %s)");
  }

  static Optional<Term> exclusiveOr(List<Term> arguments) {
    return binary(arguments, "xor(%s, %s)");
  }

  static Optional<Term> not(List<Term> arguments) {
    Term only = arguments.get(0);
    return Integers.contain(only.type())
        ? Optional.of(Term.of("(~" + only.sql() + ")", only.type(), arguments))
        : Optional.empty();
  }

  private static Optional<Term> binary(List<Term> arguments, String form) {
    Term left = arguments.get(0);
    Term right = arguments.get(1);
    return Integers.contain(left.type()) && left.type().equals(right.type())
        ? Optional.of(Term.of(form.formatted(left.sql(), right.sql()), left.type(), arguments))
        : Optional.empty();
  }
}

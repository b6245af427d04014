package io.duckherder.spark.expression;

import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/** Functions on strings. Both engines count characters as code points. */
final class Texts {
  /** Beyond it positions are not counted the same way. */
  private static final int LAST_POSITION = 1_000_000_000;

  private Texts() {}

  static Optional<Term> concatenate(List<Term> arguments) {
    return arguments.isEmpty() || !allTexts(arguments)
        ? Optional.empty()
        : Optional.of(
            Term.of(
                arguments.stream().map(Term::sql).collect(Collectors.joining(" || ", "(", ")")),
                DataTypes.StringType,
                arguments));
  }

  static Optional<Term> length(List<Term> arguments) {
    return count("length", arguments);
  }

  static Optional<Term> bitLength(List<Term> arguments) {
    return count("bit_length", arguments);
  }

  private static Optional<Term> count(String function, List<Term> arguments) {
    if (!allTexts(arguments)) {
      return Optional.empty();
    }
    String call = function + "(" + arguments.get(0).sql() + ")";
    Term count = Term.of(call, DataTypes.IntegerType, arguments).withRisk(Risk.WIDE_NUMBER);
    return Optional.of(count.withBounds(Bounds.of(0, Integer.MAX_VALUE)));
  }

  /** With a position, and perhaps a length, that are literals. */
  static Optional<Term> substring(List<Term> arguments) {
    Optional<Integer> position =
        arguments
            .get(1)
            .constant(Integer.class)
            .filter(value -> value >= -LAST_POSITION && value <= LAST_POSITION);
    Optional<Integer> length =
        arguments.size() == 2
            ? Optional.of(LAST_POSITION)
            : arguments.get(2).constant(Integer.class).filter(value -> value >= 0);
    if (!allTexts(arguments.subList(0, 1)) || position.isEmpty() || length.isEmpty()) {
      return Optional.empty();
    }
    // To Spark the characters begin at 0 and at 1; to DuckDB there is one before the first.
    int first = position.get() == 0 ? 1 : position.get();
    String most = arguments.size() == 2 ? "" : ", " + Math.min(length.get(), LAST_POSITION);
    return Optional.of(
        Term.of(
            "substring(" + arguments.get(0).sql() + ", " + first + most + ")",
            DataTypes.StringType,
            arguments));
  }

  static Optional<Term> trim(List<Term> arguments) {
    return trimmed("trim", arguments);
  }

  static Optional<Term> trimLeft(List<Term> arguments) {
    return trimmed("ltrim", arguments);
  }

  static Optional<Term> trimRight(List<Term> arguments) {
    return trimmed("rtrim", arguments);
  }

  /** Spark trims blanks unless told what, DuckDB other spaces too: so it is always told. */
  private static Optional<Term> trimmed(String function, List<Term> arguments) {
    Optional<String> characters =
        arguments.size() == 1
            ? Optional.of(" ")
            : arguments.get(1).constant(UTF8String.class).map(UTF8String::toString);
    return characters
        .filter(text -> !text.isEmpty() && isPlain(text) && allTexts(arguments))
        .map(
            text ->
                Term.of(
                    function + "(" + arguments.get(0).sql() + ", " + SqlText.literal(text) + ")",
                    DataTypes.StringType,
                    arguments));
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(character -> character >= ' ' && character < 127);
  }

  private static boolean allTexts(List<Term> terms) {
    return terms.stream().allMatch(term -> term.type().equals(DataTypes.StringType));
  }
}

package io.duckherder.spark.expression;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that are translated, by the names that Spark gives them. */
final class Functions {
  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          Map.entry("+", Arithmetic::add),
          Map.entry("-", Arithmetic::subtract),
          Map.entry("*", Arithmetic::multiply),
          Map.entry("/", Arithmetic::divide),
          Map.entry("%", Arithmetic::remainder),
          Map.entry("ABS", Arithmetic::absolute),
          Map.entry("&", Bits::and),
          Map.entry("|", Bits::or),
          Map.entry("^", Bits::exclusiveOr),
          Map.entry("~", Bits::not),
          Map.entry("COALESCE", Choices::coalesce),
          Map.entry("GREATEST", Choices::greatest),
          Map.entry("LEAST", Choices::least),
          Map.entry("CONCAT", Texts::concatenate),
          Map.entry("CHAR_LENGTH", Texts::length),
          Map.entry("BIT_LENGTH", Texts::bitLength),
          Map.entry("SUBSTRING", Texts::substring),
          Map.entry("TRIM", Texts::trim),
          Map.entry("LTRIM", Texts::trimLeft),
          Map.entry("RTRIM", Texts::trimRight),
          Map.entry("DATE_ADD", Dates::add),
          Map.entry("DATE_DIFF", Dates::difference),
          Map.entry("TRUNC", Dates::truncate));

  private Functions() {}

  /**
   * A call; empty if it is not translated. Spark evaluates arguments in their order up to the first
   * null, so only the first may fail: DuckDB evaluates all of them for all rows.
   */
  static Optional<Term> call(String name, List<Term> arguments) {
    Rule rule = RULES.get(name);
    return rule == null || arguments.isEmpty() || arguments.stream().skip(1).anyMatch(Term::canFail)
        ? Optional.empty()
        : rule.apply(arguments);
  }
}

package io.duckherder.spark.expression;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Functions that give one of their arguments. The arguments must not fail. */
final class Choices {
  private Choices() {}

  static Optional<Term> coalesce(List<Term> arguments) {
    return sameType(arguments) ? Optional.of(of("coalesce", arguments)) : Optional.empty();
  }

  /** Not of floating-point numbers: of two zeros either could come. */
  static Optional<Term> greatest(List<Term> arguments) {
    return ordered("greatest", arguments);
  }

  static Optional<Term> least(List<Term> arguments) {
    return ordered("least", arguments);
  }

  private static Optional<Term> ordered(String function, List<Term> arguments) {
    return sameType(arguments) && arguments.stream().allMatch(term -> term.bounds().isPresent())
        ? Optional.of(of(function, arguments))
        : Optional.empty();
  }

  /** {@code CASE WHEN}, from its conditions, its values and perhaps a value for all else. */
  static Optional<Term> caseWhen(List<String> conditions, List<Term> values) {
    if (!sameType(values)) {
      return Optional.empty();
    }
    StringBuilder sql = new StringBuilder("(CASE");
    for (int i = 0; i < conditions.size(); i++) {
      sql.append(" WHEN ").append(conditions.get(i)).append(" THEN ").append(values.get(i).sql());
    }
    if (values.size() > conditions.size()) {
      sql.append(" ELSE ").append(values.get(conditions.size()).sql());
    }
    return Optional.of(bounded(Term.of(sql + " END)", values.get(0).type(), values), values));
  }

  private static Term of(String function, List<Term> arguments) {
    String sql =
        arguments.stream().map(Term::sql).collect(Collectors.joining(", ", function + "(", ")"));
    return bounded(Term.of(sql, arguments.get(0).type(), arguments), arguments);
  }

  private static Term bounded(Term term, List<Term> arguments) {
    return arguments.stream()
        .map(Term::bounds)
        .reduce((one, other) -> one.flatMap(bounds -> other.map(bounds::or)))
        .flatMap(bounds -> bounds)
        .map(term::withBounds)
        .orElse(term);
  }

  private static boolean sameType(List<Term> arguments) {
    return !arguments.isEmpty()
        && arguments.stream().map(Term::type).distinct().count() == 1
        && arguments.stream().noneMatch(Term::canFail);
  }
}

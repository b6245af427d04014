package io.duckherder.spark.expression;

import io.duckherder.spark.function.FunctionSignature;
import java.util.List;
import java.util.Optional;

/** Calls of DuckDB's own functions, which mean the same wherever DuckDB evaluates them. */
final class DuckDBCalls {
  private DuckDBCalls() {}

  /** A call; empty if the function is not one of DuckDB's. */
  static Optional<Term> call(String canonicalName, List<Term> arguments) {
    if (arguments.stream().anyMatch(term -> term.risks().contains(Risk.FAR_DATE))) {
      return Optional.empty();
    }
    return FunctionSignature.ofCanonicalName(canonicalName)
        .filter(signature -> signature.arguments().size() == arguments.size())
        .map(signature -> term(signature, arguments));
  }

  private static Term term(FunctionSignature signature, List<Term> arguments) {
    Term term =
        Term.of(
            signature.sql(arguments.stream().map(Term::sql).toList()),
            signature.sparkType(),
            arguments);
    return signature.isTotal() ? term : term.withRisk(Risk.FAILURE);
  }
}

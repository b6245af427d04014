package io.duckherder.spark.function;

import io.duckherder.spark.type.SparkTypes;
import io.duckherder.spark.type.TimeForm;
import io.duckherder.sql.SqlText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataType;

/**
 * One of DuckDB's functions over arguments of certain types. Spark carries it to where a call is
 * pushed by its canonical name, {@code duckdb.levenshtein(VARCHAR,VARCHAR):BIGINT}.
 *
 * @param name the function's name
 * @param arguments the DuckDB types of its arguments
 * @param result the DuckDB type of its result
 */
public record FunctionSignature(String name, List<String> arguments, String result) {
  private static final Pattern CANONICAL =
      Pattern.compile("duckdb\\.([a-z_0-9]+)\\(([^:]*)\\):([A-Z(),0-9]+)");

  /** A comma that does not part the digits of a DECIMAL. */
  private static final String PARTED = ",(?![0-9])";

  /** Functions that give a value, or NULL, for every value there is. */
  private static final Set<String> TOTAL =
      Set.of(
          "ascii",
          "bit_count",
          "bit_length",
          "contains",
          "damerau_levenshtein",
          "editdist3",
          "ends_with",
          "jaro_similarity",
          "jaro_winkler_similarity",
          "levenshtein",
          "length_grapheme",
          "md5",
          "prefix",
          "reverse",
          "sha1",
          "sha256",
          "starts_with",
          "strip_accents",
          "suffix",
          "unicode");

  public FunctionSignature {
    arguments = List.copyOf(arguments);
  }

  /** The signature with a canonical name; empty for functions that are not DuckDB's. */
  public static Optional<FunctionSignature> ofCanonicalName(String name) {
    Matcher parts = CANONICAL.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String types = parts.group(2);
    return Optional.of(
        new FunctionSignature(
            parts.group(1),
            types.isEmpty() ? List.of() : List.of(types.split(PARTED)),
            parts.group(3)));
  }

  String canonicalName() {
    return "duckdb." + name + "(" + String.join(",", arguments) + "):" + result;
  }

  /** Whether no call of it fails, whatever the arguments are. */
  public boolean isTotal() {
    return TOTAL.contains(name);
  }

  /** The type of its result in Spark. */
  public DataType sparkType() {
    return new SparkTypes(TimeForm.TEXT).of(result).orElseThrow();
  }

  /**
   * The call with some arguments, each of which is made the type that the function was bound to.
   */
  public String sql(List<String> given) {
    return IntStream.range(0, arguments.size())
        .mapToObj(i -> "CAST(" + given.get(i) + " AS " + arguments.get(i) + ")")
        .collect(Collectors.joining(", ", SqlText.identifier(name) + "(", ")"));
  }
}

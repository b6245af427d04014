package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.cluster.access.ClientFiles;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the files that a statement names, and asks whether a client may have them. A path that is
 * computed cannot be looked at, and is refused.
 */
final class FileUses {
  /** All functions of DuckDB whose first argument is a file, a pattern, or a list of them. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "glob",
          "parquet_bloom_probe",
          "parquet_file_metadata",
          "parquet_full_metadata",
          "parquet_kv_metadata",
          "parquet_metadata",
          "parquet_scan",
          "parquet_schema",
          "read_blob",
          "read_csv",
          "read_csv_auto",
          "read_duckdb",
          "read_json",
          "read_json_auto",
          "read_json_objects",
          "read_json_objects_auto",
          "read_ndjson",
          "read_ndjson_auto",
          "read_ndjson_objects",
          "read_parquet",
          "read_single_csv_file",
          "read_single_json_file",
          "read_single_parquet_file",
          "read_text",
          "sniff_csv");

  private static final String TABLE_BY_NAME = "query_table";
  private static final String QUERY = "query";

  private final Connection connection;
  private final ClientFiles files;
  private final Set<String> refused;

  /**
   * Looks at statements for a connection.
   *
   * @param refused views and macros that are not to be used, in lower case
   */
  FileUses(Connection connection, ClientFiles files, Set<String> refused) {
    this.connection = connection;
    this.files = files;
    this.refused = refused;
  }

  /** Whether a function reads the files that its first argument names. */
  static boolean isReader(String function) {
    return FUNCTIONS.contains(function);
  }

  /** Fails if a query uses a file that it may not, by its own tree. */
  void require(JsonNode tree) {
    String function = tree.path("function_name").asText().toLowerCase(Locale.ROOT);
    requireNotRefused(function);
    if (takesNames(function)) {
      call(function, literals(tree.path("arguments").path(0).path("expression")));
    }
    if (tree.path("type").asText().equals("BASE_TABLE")) {
      List<String> names = new ArrayList<>();
      tree.path("qualified_name").path("path").forEach(name -> names.add(name.asText()));
      table(names);
    }
    tree.forEach(this::require);
  }

  /**
   * Fails if a statement without a tree uses one; its text is {@link SqlScript#plain}. What COPY
   * and EXPORT name besides is for {@link #requireCopied}.
   */
  void require(String sql) {
    List<SqlToken> tokens = SqlScript.tokens(sql);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      String name = tokens.get(i).name().toLowerCase(Locale.ROOT);
      if (tokens.get(i + 1).isSign('(')) {
        requireNotRefused(name);
        if (takesNames(name)) {
          call(name, literals(tokens, i + 2));
        }
      }
    }
    TablePositions.of(tokens).forEach(this::table);
  }

  private void table(List<String> names) {
    files.requireNoServerFile(String.join(".", names));
    requireNotRefused(names.get(names.size() - 1).toLowerCase(Locale.ROOT));
  }

  private void requireNotRefused(String name) {
    if (refused.contains(name)) {
      throw new DuckherderException(
          StandardErrorCode.PERMISSION_DENIED,
          "Cannot use \"%s\": a view or macro of this name reads files that are not open to SQL, or whose names are computed"
              .formatted(name));
    }
  }

  private static boolean takesNames(String function) {
    return FUNCTIONS.contains(function) || function.equals(TABLE_BY_NAME) || function.equals(QUERY);
  }

  private void call(String function, Optional<List<String>> names) {
    for (String name : names.orElseThrow(() -> computed(function))) {
      switch (function) {
        case QUERY -> inside(name);
        case TABLE_BY_NAME -> table(name);
        default -> files.requireReadable(name);
      }
    }
  }

  private void inside(String query) {
    JsonNode tree = SyntaxTree.parse(connection, query);
    if (SyntaxTree.isError(tree)) {
      throw SyntaxTree.failure(tree);
    }
    require(tree);
  }

  /** DuckDB reads the name as one with a schema before it, in quotes or without. */
  private void table(String name) {
    files.requireNoServerFile(name);
    table(List.of(name.replace("\"", "").split("\\.", -1)));
  }

  /** The strings of a literal, or of a list of them; empty if it is anything else. */
  private static Optional<List<String>> literals(JsonNode expression) {
    List<JsonNode> elements = new ArrayList<>();
    if (expression.path("function_name").asText().equals("list_value")) {
      expression.path("arguments").forEach(element -> elements.add(element.path("expression")));
    } else if (expression.path("type").asText().equals("ARRAY_CONSTRUCTOR")) {
      expression.path("children").forEach(elements::add);
    } else {
      elements.add(expression);
    }
    List<String> found = new ArrayList<>();
    for (JsonNode element : elements) {
      if (!element.path("literal").path("kind").asText().equals("STRING")) {
        return Optional.empty();
      }
      found.add(element.path("literal").path("text").asText());
    }
    return Optional.of(found);
  }

  /** The same from where an argument begins. */
  private static Optional<List<String>> literals(List<SqlToken> tokens, int from) {
    int at = from;
    at += isKeyword(tokens, at, "ARRAY") ? 1 : 0;
    boolean list = isSign(tokens, at, '[');
    at += list ? 1 : 0;
    List<String> found = new ArrayList<>();
    while (at < tokens.size()) {
      Optional<String> text = string(tokens.get(at));
      if (text.isEmpty()) {
        return Optional.empty();
      }
      found.add(text.get());
      at++;
      if (!list || !isSign(tokens, at, ',')) {
        break;
      }
      at++;
    }
    if (list && !isSign(tokens, at, ']')) {
      return Optional.empty();
    }
    at += list ? 1 : 0;
    return isSign(tokens, at, ',') || isSign(tokens, at, ')')
        ? Optional.of(found)
        : Optional.empty();
  }

  /** The text of a string in single quotes or between dollar signs, without escapes. */
  static Optional<String> string(SqlToken token) {
    String text = token.text();
    if (token.kind() != SqlToken.Kind.STRING) {
      return Optional.empty();
    }
    if (text.startsWith("'")) {
      return Optional.of(text.substring(1, text.length() - 1).replace("''", "'"));
    }
    int tag = text.indexOf('$', 1) + 1;
    return text.startsWith("$")
        ? Optional.of(text.substring(tag, text.length() - tag))
        : Optional.empty();
  }

  /** Fails if a COPY or an EXPORT reads or writes files that it may not. */
  void requireCopied(List<SqlToken> tokens) {
    String keyword = tokens.get(0).keyword();
    if (keyword.equals("EXPORT")) {
      int at = isKeyword(tokens, 3, "TO") ? 4 : 2;
      files.requireWritable(path(tokens, at, keyword));
      requireNamesOnly(tokens, at + 1);
    } else if (keyword.equals("COPY")
        && !(isKeyword(tokens, 1, "FROM") && isKeyword(tokens, 2, "DATABASE"))) {
      int at = direction(tokens);
      String path = path(tokens, at + 1, keyword);
      if (isKeyword(tokens, at, "TO")) {
        files.requireWritable(path);
        requireNamesOnly(tokens, at + 2);
      } else {
        files.requireReadable(path);
      }
    }
  }

  /** Where the TO or FROM is that is not part of a query. */
  private static int direction(List<SqlToken> tokens) {
    int depth = 0;
    for (int i = 1; i < tokens.size(); i++) {
      SqlToken token = tokens.get(i);
      depth += token.isSign('(') ? 1 : token.isSign(')') ? -1 : 0;
      if (depth == 0 && (token.isKeyword("TO") || token.isKeyword("FROM"))) {
        return i;
      }
    }
    return tokens.size();
  }

  private static String path(List<SqlToken> tokens, int at, String keyword) {
    return Optional.of(at)
        .filter(i -> i < tokens.size())
        .flatMap(i -> string(tokens.get(i)))
        .orElseThrow(() -> computed(keyword));
  }

  /** Some options become parts of file names, and would lead out of the folder. */
  private static void requireNamesOnly(List<SqlToken> tokens, int from) {
    for (int i = from; i + 1 < tokens.size(); i++) {
      String option = tokens.get(i).name().toUpperCase(Locale.ROOT);
      if (option.equals("FILENAME_PATTERN") || option.equals("FILE_EXTENSION")) {
        SqlToken value = tokens.get(i + 1);
        boolean name =
            value.kind() != SqlToken.Kind.SIGN
                && value.text().indexOf('/') < 0
                && value.text().indexOf('\\') < 0
                && (isSign(tokens, i + 2, ',') || isSign(tokens, i + 2, ')'));
        if (!name) {
          throw new DuckherderException(
              StandardErrorCode.PERMISSION_DENIED,
              "Cannot use %s with anything but part of a file name in single quotes"
                  .formatted(option));
        }
      }
    }
  }

  private static boolean isKeyword(List<SqlToken> tokens, int at, String keyword) {
    return at < tokens.size() && tokens.get(at).isKeyword(keyword);
  }

  private static boolean isSign(List<SqlToken> tokens, int at, char sign) {
    return at < tokens.size() && tokens.get(at).isSign(sign);
  }

  private static DuckherderException computed(String what) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot run %s with a name that is computed; write it out in single quotes, within the folders of --allow-path if it is a file's"
            .formatted(what));
  }
}

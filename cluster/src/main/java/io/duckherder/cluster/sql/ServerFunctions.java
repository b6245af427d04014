package io.duckherder.cluster.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Functions that clients may not call: they change the server, read memory at an address, or run
 * text that cannot be looked at before. DuckDB's own locks cover files, network and settings, not
 * these. The check is on names, so a table or macro of the same name needs another.
 */
final class ServerFunctions {
  private static final Set<String> REFUSED =
      Set.of(
          "arrow_scan",
          "arrow_scan_dumb",
          "seq_scan",
          "checkpoint",
          "force_checkpoint",
          "enable_logging",
          "disable_logging",
          "truncate_duckdb_logs",
          "write_log",
          "enable_profiling",
          "disable_profiling",
          "register_external_resource",
          "register_external_resource_type",
          "deregister_external_resource",
          "create_external_resource",
          "destroy_external_resource",
          "json_execute_serialized_sql",
          "read_duckdb",
          "copy_database",
          "import_database",
          "add_parquet_key");

  private ServerFunctions() {}

  /** Fails if a query calls one of them, by its own tree. */
  static void requireNone(Connection connection, JsonNode tree) {
    String name = tree.path("function_name").asText().toLowerCase(Locale.ROOT);
    if (REFUSED.contains(name)) {
      throw refused(name);
    }
    if (name.equals("query")) {
      JsonNode arguments = tree.path("arguments");
      JsonNode literal = arguments.path(0).path("expression").path("literal");
      if (arguments.size() != 1 || !literal.path("kind").asText().equals("STRING")) {
        throw unknownText();
      }
      requireNoneInside(connection, literal.path("text").asText());
    }
    for (JsonNode child : tree) {
      requireNone(connection, child);
    }
  }

  /** Fails if a statement without a tree calls one of them; its text is {@link SqlScript#plain}. */
  static void requireNone(Connection connection, String sql) {
    List<SqlToken> tokens = SqlScript.tokens(sql);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i + 1).isSign('(')) {
        String name = tokens.get(i).name().toLowerCase(Locale.ROOT);
        if (REFUSED.contains(name)) {
          throw refused(name);
        }
        if (name.equals("query")) {
          requireNoneInside(connection, literal(tokens, i + 2));
        }
      }
    }
  }

  /** {@code query('SELECT ..')} is looked into; {@code query(<expression>)} cannot be. */
  private static String literal(List<SqlToken> tokens, int at) {
    boolean literal =
        at + 1 < tokens.size()
            && tokens.get(at).kind() == SqlToken.Kind.STRING
            && tokens.get(at).text().startsWith("'")
            && tokens.get(at + 1).isSign(')');
    if (!literal) {
      throw unknownText();
    }
    String text = tokens.get(at).text();
    return text.substring(1, text.length() - 1).replace("''", "'");
  }

  private static void requireNoneInside(Connection connection, String sql) {
    JsonNode tree = SyntaxTree.parse(connection, sql);
    if (SyntaxTree.isError(tree)) {
      throw SyntaxTree.failure(tree);
    }
    SyntaxTree.requireOneQuery(tree);
    requireNone(connection, tree);
  }

  private static DuckherderException unknownText() {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot call query() with anything but one string in single quotes");
  }

  private static DuckherderException refused(String name) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot call %s(): it acts on the server, which belongs to the operator".formatted(name));
  }
}

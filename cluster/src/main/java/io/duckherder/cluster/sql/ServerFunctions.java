package io.duckherder.cluster.sql;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlToken;
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

  /** Fails if a text calls one of them. */
  static void requireNone(String sql) {
    List<SqlToken> tokens = SqlScript.tokens(sql);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i + 1).isSign('(')) {
        String name = tokens.get(i).name().toLowerCase(Locale.ROOT);
        if (REFUSED.contains(name)) {
          throw refused(name);
        }
        if (name.equals("query")) {
          requireLiteral(tokens, i + 2);
        }
      }
    }
  }

  /** {@code query('SELECT ..')} is looked into; {@code query(<expression>)} cannot be. */
  private static void requireLiteral(List<SqlToken> tokens, int at) {
    boolean literal =
        at + 1 < tokens.size()
            && tokens.get(at).kind() == SqlToken.Kind.STRING
            && tokens.get(at).text().startsWith("'")
            && tokens.get(at + 1).isSign(')');
    if (!literal) {
      throw new DuckherderException(
          StandardErrorCode.PERMISSION_DENIED,
          "Cannot call query() with anything but one string in single quotes");
    }
    String text = tokens.get(at).text();
    requireNone(text.substring(1, text.length() - 1).replace("''", "'"));
  }

  private static DuckherderException refused(String name) {
    return new DuckherderException(
        StandardErrorCode.PERMISSION_DENIED,
        "Cannot call %s(): it acts on the server, which belongs to the operator".formatted(name));
  }
}

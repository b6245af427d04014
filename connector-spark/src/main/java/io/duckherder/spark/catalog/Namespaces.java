package io.duckherder.spark.catalog;

import io.duckherder.sql.SqlText;
import java.util.Optional;

/**
 * What Spark's namespaces are in DuckDB.
 *
 * <pre>
 *                  a catalog of all databases            a catalog of one database
 *   (none)         main of the default database          main
 *   a              main of the database a, if there      the schema a
 *                  is one, else the schema a of the
 *                  default database
 *   a.b            the schema b of the database a        nothing
 * </pre>
 *
 * The default database is the cluster's first, as for SQL without a USE.
 */
final class Namespaces {
  private static final String FILES =
      "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND path IS NOT NULL";

  private final String databaseSql;
  private final boolean single;

  private Namespaces(String databaseSql, boolean single) {
    this.databaseSql = databaseSql;
    this.single = single;
  }

  /** The namespaces of a catalog of all databases. */
  static Namespaces ofAll() {
    return new Namespaces("current_database()", false);
  }

  /** The namespaces of a catalog of one database: the one named, or the only one there is. */
  static Namespaces ofOne(Optional<String> database) {
    return new Namespaces(database.map(SqlText::literal).orElse("current_database()"), true);
  }

  /** Whether namespaces are schemas of one database. */
  boolean single() {
    return single;
  }

  /** The expression for the name of the database in which short names are looked up. */
  String defaultDatabase() {
    return databaseSql;
  }

  /** The query for the names of all databases. */
  static String databases() {
    return FILES;
  }

  /**
   * The condition by which a row with the columns database_name and schema_name is of a namespace;
   * false for namespaces that cannot be.
   */
  String condition(String[] namespace) {
    String inDefault = isDatabase(databaseSql);
    return switch (namespace.length) {
      case 0 -> inDefault + " AND schema_name = 'main'";
      case 1 ->
          single
              ? inDefault + " AND " + Names.is("schema_name", namespace[0])
              : oneOfAll(inDefault, namespace[0]);
      case 2 ->
          single
              ? "false"
              : files(Names.is("database_name", namespace[0]))
                  + " AND "
                  + Names.is("schema_name", namespace[1]);
      default -> "false";
    };
  }

  private static String oneOfAll(String inDefault, String name) {
    String named = Names.is("database_name", name);
    return "CASE WHEN EXISTS (%s AND %s) THEN %s AND schema_name = 'main' ELSE %s AND %s END"
        .formatted(FILES, named, named, inDefault, Names.is("schema_name", name));
  }

  private static String isDatabase(String expression) {
    return files("lower(database_name) = lower(" + expression + ")");
  }

  private static String files(String condition) {
    return condition + " AND database_name IN (" + FILES + ")";
  }
}

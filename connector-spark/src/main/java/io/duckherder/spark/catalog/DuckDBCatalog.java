package io.duckherder.spark.catalog;

import io.duckherder.spark.source.SqlAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks up in DuckDB's catalog what Spark asks for, by Spark's names. Driver-only. */
public final class DuckDBCatalog {
  /** The last of these is where a database remembers writes. */
  private static final String SCHEMAS =
      """
      SELECT database_name, schema_name FROM duckdb_schemas()
      WHERE schema_name NOT IN ('information_schema', 'pg_catalog', 'duckherder')""";

  private static final String RELATIONS =
      """
      SELECT database_name, schema_name, table_name AS name, false AS is_view, table_oid AS oid,
        comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
      UNION ALL
      SELECT database_name, schema_name, view_name, true, view_oid, comment FROM duckdb_views()
      WHERE NOT internal AND NOT temporary""";

  private static final String ENUM = "ENUM";

  private final SqlAccess sql;
  private final Namespaces namespaces;

  private DuckDBCatalog(SqlAccess sql, Namespaces namespaces) {
    this.sql = sql;
    this.namespaces = namespaces;
  }

  /** The catalog of all databases of a cluster: a namespace is a database and a schema. */
  public static DuckDBCatalog ofAll(SqlAccess sql) {
    return new DuckDBCatalog(sql, Namespaces.ofAll());
  }

  /**
   * The catalog of one database, whose namespaces are its schemas.
   *
   * @param database its name; absent for the only one that there is
   */
  public static DuckDBCatalog ofOne(SqlAccess sql, Optional<String> database) {
    return new DuckDBCatalog(sql, Namespaces.ofOne(database));
  }

  /** The namespaces without a parent. */
  public String[][] roots() {
    return namespaces.single()
        ? schemas(
            SCHEMAS + " AND lower(database_name) = lower(" + namespaces.defaultDatabase() + ")")
        : sql.read(Namespaces.databases() + " ORDER BY 1").stream()
            .map(row -> new String[] {text(row, 0)})
            .toArray(String[][]::new);
  }

  /** The namespaces in one that is there; of a database, its schemas. */
  public String[][] children(String[] namespace) {
    if (namespaces.single() || namespace.length != 1) {
      return new String[0][];
    }
    return schemas(
        SCHEMAS
            + " AND "
            + Names.is("database_name", namespace[0])
            + " AND database_name IN ("
            + Namespaces.databases()
            + ")");
  }

  private String[][] schemas(String query) {
    return sql.read(query + " ORDER BY ALL").stream()
        .map(
            row ->
                namespaces.single()
                    ? new String[] {text(row, 1)}
                    : new String[] {text(row, 0), text(row, 1)})
        .toArray(String[][]::new);
  }

  /** The schema that a namespace stands for, if there is one. */
  public Optional<SchemaName> schema(String[] namespace) {
    return sql.read(SCHEMAS + " AND " + namespaces.condition(namespace)).stream()
        .map(row -> new SchemaName(text(row, 0), text(row, 1)))
        .findFirst();
  }

  /** The schema that would be made for a namespace; empty if none can. */
  public Optional<SchemaName> newSchema(String[] namespace) {
    if (namespace.length == 2 && !namespaces.single()) {
      return Optional.of(new SchemaName(namespace[0], namespace[1]));
    }
    return namespace.length == 1
        ? Optional.of(new SchemaName(defaultDatabase(), namespace[0]))
        : Optional.empty();
  }

  private String defaultDatabase() {
    return text(sql.read("SELECT " + namespaces.defaultDatabase()).get(0), 0);
  }

  /** The names of the tables and views in a namespace. */
  public List<String> relations(String[] namespace) {
    return sql
        .read(
            "SELECT name FROM (%s) WHERE %s ORDER BY ALL"
                .formatted(RELATIONS, namespaces.condition(namespace)))
        .stream()
        .map(row -> text(row, 0))
        .toList();
  }

  /** Whether a namespace has a table or view of a name. */
  public boolean has(String[] namespace, String name) {
    String condition = namespaces.condition(namespace) + " AND " + Names.is("name", name);
    return !sql.read("SELECT 1 FROM (%s) WHERE %s".formatted(RELATIONS, condition)).isEmpty();
  }

  /** Whether a namespace is a database, and not a schema. */
  public boolean isDatabase(String[] namespace) {
    return namespace.length == 0
        || namespace.length == 1 && !namespaces.single() && isNameOfDatabase(namespace[0]);
  }

  private boolean isNameOfDatabase(String name) {
    return !sql.read(Namespaces.databases() + " AND " + Names.is("database_name", name)).isEmpty();
  }

  /** A table or view with its columns, if there is one of the name. */
  public Optional<CatalogRelation> relation(String[] namespace, String name) {
    List<List<@Nullable String>> rows =
        sql.read(
            """
            WITH found AS (SELECT * FROM (%s) WHERE %s AND %s)
            SELECT f.*, CASE WHEN NOT d.readonly THEN txid_current() END,
              c.column_name, c.data_type, c.is_nullable, c.column_default, c.comment
            FROM found f JOIN duckdb_databases() d ON d.database_name = f.database_name
              LEFT JOIN duckdb_columns() c ON c.database_name = f.database_name
              AND c.schema_name = f.schema_name AND c.table_name = f.name
            ORDER BY c.column_index"""
                .formatted(RELATIONS, namespaces.condition(namespace), Names.is("name", name)));
    return rows.isEmpty() ? Optional.empty() : Optional.of(relation(rows));
  }

  private CatalogRelation relation(List<List<@Nullable String>> rows) {
    List<@Nullable String> first = rows.get(0);
    SchemaName schema = new SchemaName(text(first, 0), text(first, 1));
    Optional<String> version = Optional.ofNullable(first.get(6));
    boolean view = Boolean.parseBoolean(first.get(3));
    List<CatalogColumn> columns = new ArrayList<>();
    for (List<@Nullable String> row : rows) {
      if (row.get(7) != null) {
        columns.add(column(row));
      }
    }
    return new CatalogRelation(
        schema,
        text(first, 2),
        view,
        version.map(state -> schema.database() + ":" + first.get(4)),
        version,
        Optional.ofNullable(first.get(5)),
        view ? viewColumns(schema.sql(text(first, 2)), columns) : columns);
  }

  /** What the catalog keeps of a view's columns may be older than the tables behind it. */
  private List<CatalogColumn> viewColumns(String view, List<CatalogColumn> known) {
    return sql.read("SELECT column_name, column_type FROM (DESCRIBE FROM " + view + ")").stream()
        .map(
            row ->
                new CatalogColumn(
                    text(row, 0),
                    typeName(text(row, 1)),
                    false,
                    Optional.empty(),
                    known.stream()
                        .filter(column -> column.name().equals(row.get(0)))
                        .findFirst()
                        .flatMap(CatalogColumn::comment)))
        .toList();
  }

  private static CatalogColumn column(List<@Nullable String> row) {
    return new CatalogColumn(
        text(row, 7),
        typeName(text(row, 8)),
        "false".equals(row.get(9)),
        Optional.ofNullable(row.get(10)),
        Optional.ofNullable(row.get(11)));
  }

  /** Results name an ENUM without its values. */
  private static String typeName(String type) {
    return type.startsWith(ENUM + "(") && type.endsWith(")") ? ENUM : type;
  }

  private static String text(List<@Nullable String> row, int column) {
    return Objects.requireNonNull(row.get(column));
  }
}

package io.duckherder.spark.catalog;

import io.duckherder.spark.expression.ColumnName;
import io.duckherder.spark.source.SqlAccess;
import io.duckherder.sql.SqlScript;
import io.duckherder.sql.SqlText;
import io.duckherder.sql.SqlToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.spark.sql.catalyst.analysis.IndexAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchIndexException;
import org.apache.spark.sql.connector.catalog.index.TableIndex;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** The constraints and indexes of a table in DuckDB's catalog. Driver-only. */
public final class TableParts {
  private final SqlAccess sql;
  private final SchemaName schema;
  private final String table;

  /** Those of a table by its name in DuckDB's catalog. */
  public TableParts(SqlAccess sql, SchemaName schema, String table) {
    this.sql = sql;
    this.schema = schema;
    this.table = table;
  }

  /** Its constraints, as DuckDB lists them; what may be NULL, Spark is told with the columns. */
  public List<CatalogConstraint> constraints() {
    Map<String, List<List<@Nullable String>>> found = new LinkedHashMap<>();
    for (List<@Nullable String> row :
        sql.read(
            """
            SELECT constraint_index, constraint_type, constraint_name, expression, referenced_table,
              unnest(CASE WHEN len(constraint_column_names) = 0 THEN [NULL]
                ELSE constraint_column_names END),
              unnest(referenced_column_names)
            FROM duckdb_constraints()
            WHERE %s AND constraint_type IN ('CHECK', 'FOREIGN KEY', 'PRIMARY KEY', 'UNIQUE')
            ORDER BY constraint_index"""
                .formatted(isTable()))) {
      found.computeIfAbsent(text(row, 0), index -> new ArrayList<>()).add(row);
    }
    return found.values().stream().map(this::constraint).toList();
  }

  private CatalogConstraint constraint(List<List<@Nullable String>> rows) {
    List<@Nullable String> first = rows.get(0);
    String name = text(first, 2);
    return switch (text(first, 1)) {
      case "CHECK" -> new CatalogConstraint.Check(name, text(first, 3));
      case "PRIMARY KEY" -> new CatalogConstraint.Key(name, true, texts(rows, 5));
      case "UNIQUE" -> new CatalogConstraint.Key(name, false, texts(rows, 5));
      default ->
          new CatalogConstraint.ForeignKey(name, texts(rows, 5), text(first, 4), texts(rows, 6));
    };
  }

  /**
   * Makes an index, DuckDB's only kind of one.
   *
   * @param columns what it is over
   * @param options what else Spark was told of it
   */
  public void createIndex(String name, NamedReference[] columns, Map<String, String> options)
      throws IndexAlreadyExistsException {
    if (!options.isEmpty()) {
      throw Unsupported.because(
          "create index " + name,
          "DuckDB has one kind of index, without options, but there are " + options);
    }
    if (hasIndex(name)) {
      throw new IndexAlreadyExistsException(name, table, Option.empty());
    }
    List<String> over =
        Arrays.stream(columns)
            .map(
                column -> {
                  if (column.fieldNames().length > 1) {
                    throw Unsupported.because(
                        "create index " + name, column.describe() + " is a field, and no column");
                  }
                  return SqlText.identifier(column.fieldNames()[0]);
                })
            .toList();
    sql.write(
        List.of(
            "CREATE INDEX %s ON %s (%s)"
                .formatted(SqlText.identifier(name), schema.sql(table), String.join(", ", over))));
  }

  /** Drops an index. */
  public void dropIndex(String name) throws NoSuchIndexException {
    if (!hasIndex(name)) {
      throw new NoSuchIndexException(name, table, Option.empty());
    }
    sql.write(List.of("DROP INDEX " + schema.sql(name)));
  }

  /** Whether it has an index of a name. */
  public boolean hasIndex(String name) {
    return !sql.read(
            "SELECT 1 FROM duckdb_indexes() WHERE %s AND %s"
                .formatted(isTable(), Names.is("index_name", name)))
        .isEmpty();
  }

  /** Its indexes; an expression that one is over stands as a column of that name. */
  public TableIndex[] indexes() {
    Map<String, List<List<@Nullable String>>> found = new LinkedHashMap<>();
    for (List<@Nullable String> row :
        sql.read(
            """
            SELECT index_name, unnest(CAST(expressions AS VARCHAR[])) FROM duckdb_indexes()
            WHERE %s ORDER BY index_oid"""
                .formatted(isTable()))) {
      found.computeIfAbsent(text(row, 0), name -> new ArrayList<>()).add(row);
    }
    return found.entrySet().stream()
        .map(
            index ->
                new TableIndex(
                    index.getKey(),
                    "ART",
                    texts(index.getValue(), 1).stream()
                        .map(TableParts::indexed)
                        .toArray(NamedReference[]::new),
                    Map.of(),
                    new Properties()))
        .toArray(TableIndex[]::new);
  }

  /** What an index is over, which DuckDB writes as SQL. */
  private static ColumnName indexed(String text) {
    List<SqlToken> tokens = SqlScript.tokens(text);
    String name = tokens.size() == 1 ? tokens.get(0).name() : "";
    return new ColumnName(name.isEmpty() ? text : name);
  }

  private String isTable() {
    return "database_name = %s AND schema_name = %s AND table_name = %s"
        .formatted(
            SqlText.literal(schema.database()),
            SqlText.literal(schema.schema()),
            SqlText.literal(table));
  }

  private static List<String> texts(List<List<@Nullable String>> rows, int column) {
    return rows.stream().map(row -> row.get(column)).filter(Objects::nonNull).toList();
  }

  private static String text(List<@Nullable String> row, int column) {
    return Objects.requireNonNull(row.get(column));
  }
}

package io.duckherder.cluster.sql;

import io.duckherder.cluster.catalog.ColumnSchemas;
import io.duckherder.cluster.sql.ClassifiedStatement.Read;
import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.plan.ResultColumn;
import io.duckherder.sql.SqlText;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a prepared statement looks like before its parameters have values.
 *
 * @param rows the schema of its rows; without columns if it gives none
 * @param parameters the schema of its parameters, where DuckDB knows their types; text where not
 */
record StatementShape(Schema rows, Schema parameters) {
  private static final Set<String> UNRESOLVED = Set.of("INVALID", "UNKNOWN", "NULL", "\"NULL\"");
  private static final Schema NONE = new Schema(List.of());

  /** The shape of a read. */
  static StatementShape of(
      Read read, EngineConnection connection, DuckDBEngine engine, Reads reads) {
    if (read.parameters().isEmpty()) {
      return new StatementShape(reads.schema(connection, read.sql()), NONE);
    }
    List<String> types = parameterTypes(read.sql(), connection);
    return new StatementShape(
        rows(read, types, connection, reads), parameterSchema(types, connection, engine));
  }

  /** The parameters of a statement that DuckDB can prepare. */
  static Schema parameters(String sql, EngineConnection connection, DuckDBEngine engine) {
    List<String> types = parameterTypes(sql, connection);
    return types.isEmpty() ? NONE : parameterSchema(types, connection, engine);
  }

  /** With NULLs for the parameters; where a statement refuses them, as DuckDB describes it. */
  private static Schema rows(
      Read read, List<String> types, EngineConnection connection, Reads reads) {
    List<ResultColumn> columns;
    try {
      List<String> nulls =
          types.stream()
              .map(type -> isKnown(type) ? "CAST(NULL AS " + type + ")" : "NULL")
              .toList();
      columns = connection.columns(SyntaxTree.bind(connection.jdbc(), read.tree(), nulls));
    } catch (DuckherderException e) {
      columns = connection.columns(read.sql());
    }
    return reads.schema(
        connection,
        columns.stream()
            .map(
                column ->
                    "CAST(NULL AS %s) AS %s"
                        .formatted(known(column.type()), SqlText.identifier(column.name())))
            .collect(Collectors.joining(", ", "SELECT ", "")));
  }

  private static List<String> parameterTypes(String sql, EngineConnection connection) {
    try (PreparedStatement statement = connection.jdbc().prepareStatement(sql)) {
      ParameterMetaData metadata = statement.getParameterMetaData();
      List<String> types = new ArrayList<>();
      for (int i = 1; i <= metadata.getParameterCount(); i++) {
        types.add(metadata.getParameterTypeName(i));
      }
      return types;
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  private static Schema parameterSchema(
      List<String> types, EngineConnection connection, DuckDBEngine engine) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      columns.add("CAST(NULL AS %s) AS \"%d\"".formatted(known(types.get(i)), i + 1));
    }
    Schema schema = engine.schema(connection, "SELECT " + String.join(", ", columns));
    List<ResultColumn> described = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      Field field = schema.getFields().get(i);
      described.add(new ResultColumn(field.getName(), known(types.get(i))));
    }
    List<Field> fields = schema.getFields().stream().map(StatementShape::asClientsBind).toList();
    return ColumnSchemas.describe(new Schema(fields), described);
  }

  /** The JDBC driver writes milliseconds whatever the unit of a time is. */
  private static Field asClientsBind(Field field) {
    if (field.getType() instanceof ArrowType.Time) {
      return Field.nullable(field.getName(), new ArrowType.Time(TimeUnit.MILLISECOND, 32));
    }
    if (field.getType() instanceof ArrowType.Timestamp stamp) {
      return Field.nullable(
          field.getName(), new ArrowType.Timestamp(TimeUnit.MILLISECOND, stamp.getTimezone()));
    }
    return field;
  }

  private static boolean isKnown(String type) {
    return !UNRESOLVED.contains(type);
  }

  private static String known(String type) {
    return isKnown(type) ? type : "VARCHAR";
  }
}

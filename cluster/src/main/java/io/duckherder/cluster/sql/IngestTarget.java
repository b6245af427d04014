package io.duckherder.cluster.sql;

import io.duckherder.error.DuckDBErrors;
import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import io.duckherder.sql.SqlText;
import io.duckherder.worker.engine.DuckDBEngine;
import io.duckherder.worker.engine.EngineConnection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;

/**
 * The table that takes the rows of a bulk ingest.
 *
 * @param catalog its database, if the client names it
 * @param schema its schema, if the client names it
 * @param temporary whether it is the session's
 * @param ifMissing what to do if there is no such table
 * @param ifExists what to do if there is
 */
record IngestTarget(
    Optional<String> catalog,
    Optional<String> schema,
    String table,
    boolean temporary,
    TableNotExistOption ifMissing,
    TableExistsOption ifExists) {
  private static final String TEMPORARY = "temp";
  private static final String MAIN = "main";

  /** What a command says. */
  static IngestTarget of(CommandStatementIngest command) {
    TableDefinitionOptions options = command.getTableDefinitionOptions();
    if (options.getIfNotExist() == TableNotExistOption.TABLE_NOT_EXIST_OPTION_UNSPECIFIED
        || options.getIfNotExist() == TableNotExistOption.UNRECOGNIZED
        || options.getIfExists() == TableExistsOption.TABLE_EXISTS_OPTION_UNSPECIFIED
        || options.getIfExists() == TableExistsOption.UNRECOGNIZED) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot ingest into \"%s\": the call does not say what to do if the table exists, and what"
                  .formatted(command.getTable())
              + " if it does not");
    }
    if (!command.getOptionsMap().isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot ingest into \"%s\" with option \"%s\": there are no options of ingestion"
              .formatted(command.getTable(), command.getOptionsMap().keySet().iterator().next()));
    }
    requireName(command);
    return new IngestTarget(
        command.getTemporary() ? Optional.of(TEMPORARY) : given(command.getCatalog()),
        given(command.getSchema()),
        command.getTable(),
        command.getTemporary(),
        options.getIfNotExist(),
        options.getIfExists());
  }

  private static void requireName(CommandStatementIngest command) {
    if (command.getTable().isEmpty()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION, "Cannot ingest: the call names no table");
    }
    boolean elsewhere =
        !Set.of("", TEMPORARY).contains(command.getCatalog())
            || !Set.of("", MAIN).contains(command.getSchema());
    if (command.getTemporary() && elsewhere) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot ingest into temporary table \"%s\" of \"%s\": temporary tables are in %s.%s"
              .formatted(
                  command.getTable(),
                  SqlText.qualified(command.getCatalog(), command.getSchema()),
                  TEMPORARY,
                  MAIN));
    }
  }

  private static Optional<String> given(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /** Its name as SQL, qualified as far as the client says. */
  private String name() {
    List<String> parts = new ArrayList<>();
    catalog.ifPresent(parts::add);
    schema.or(() -> catalog.map(given -> MAIN)).ifPresent(parts::add);
    parts.add(table);
    return SqlText.qualified(parts);
  }

  /** The statement that takes the rows, on a connection that is to run it. */
  String sql(EngineConnection connection) {
    boolean create = ifMissing == TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE;
    return switch (ifExists) {
      case TABLE_EXISTS_OPTION_APPEND -> create && !exists(connection) ? create("") : append();
      case TABLE_EXISTS_OPTION_REPLACE -> {
        if (!create && !exists(connection)) {
          throw new DuckherderException(
              StandardErrorCode.OBJECT_NOT_FOUND,
              "Cannot replace table %s: it does not exist".formatted(name()));
        }
        yield create("OR REPLACE ");
      }
      default -> {
        if (!create) {
          throw new DuckherderException(
              StandardErrorCode.INVALID_OPTION,
              "Cannot ingest into %s: the call wants it neither to exist nor not to exist"
                  .formatted(name()));
        }
        yield create("");
      }
    };
  }

  private String append() {
    return "INSERT INTO %s BY NAME FROM %s".formatted(name(), DuckDBEngine.INGESTED);
  }

  private String create(String how) {
    String what = temporary ? "TEMP TABLE" : "TABLE";
    return "CREATE %s%s %s AS FROM %s".formatted(how, what, name(), DuckDBEngine.INGESTED);
  }

  /** To let DuckDB fail on a name would end the transaction. */
  private boolean exists(EngineConnection connection) {
    String inCatalog = catalog.map(SqlText::literal).orElse(SqlText.call("current_database"));
    String inSchema =
        schema
            .or(() -> catalog.map(given -> MAIN))
            .map(SqlText::literal)
            .orElse(SqlText.call("current_schema"));
    String place = "database_name = %s AND schema_name = %s".formatted(inCatalog, inSchema);
    if (catalog.isEmpty() && schema.isEmpty()) {
      place = "(" + place + " OR database_name = '" + TEMPORARY + "')";
    }
    String sql =
        "SELECT table_name FROM \"system\".main.duckdb_tables() WHERE %s = %s AND %s LIMIT 1"
            .formatted(
                SqlText.call("lower", "table_name"),
                SqlText.call("lower", SqlText.literal(table)),
                place);
    try (Statement statement = connection.jdbc().createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next();
    } catch (SQLException e) {
      throw DuckDBErrors.translate(e);
    }
  }

  @Override
  public String toString() {
    return "INGEST INTO " + name();
  }
}

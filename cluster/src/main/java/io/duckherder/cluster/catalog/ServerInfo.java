package io.duckherder.cluster.catalog;

import java.util.List;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedElementActions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetType;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;

/** What the server is and can do, as GetSqlInfo tells it. */
public final class ServerInfo {
  private ServerInfo() {}

  /**
   * All of it.
   *
   * @param version of Duckherder
   * @param writable whether there are databases that clients may write
   */
  public static SqlInfoBuilder build(
      CatalogReader reader, String version, String arrowVersion, boolean writable) {
    SqlInfoBuilder info = new SqlInfoBuilder();
    server(info, version, arrowVersion, writable);
    names(info);
    language(info, writable);
    limits(info);
    return info.withSqlKeywords(
            names(
                reader,
                "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
                    + " ORDER BY 1"))
        .withSqlNumericFunctions(
            names(
                reader,
                functions(
                    "return_type IN ('DOUBLE', 'BIGINT', 'HUGEINT', 'DECIMAL')"
                        + " AND list_has_any(parameter_types, ['DOUBLE', 'BIGINT', 'DECIMAL'])")))
        .withSqlStringFunctions(
            names(reader, functions("list_contains(parameter_types, 'VARCHAR')")))
        .withSqlDatetimeFunctions(
            names(
                reader,
                functions(
                    "list_has_any(parameter_types, ['DATE', 'TIMESTAMP', 'TIME',"
                        + " 'TIMESTAMP WITH TIME ZONE', 'INTERVAL'])")))
        .withSqlSystemFunctions(
            new String[] {"current_database", "current_schema", "current_setting", "version"});
  }

  private static void server(
      SqlInfoBuilder info, String version, String arrowVersion, boolean writable) {
    info.withFlightSqlServerName("Duckherder")
        .withFlightSqlServerVersion(version)
        .withFlightSqlServerArrowVersion(arrowVersion)
        .withFlightSqlServerReadOnly(!writable)
        .withFlightSqlServerSql(true)
        .withFlightSqlServerSubstrait(false)
        .withFlightSqlServerTransaction(
            SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_TRANSACTION)
        .withFlightSqlServerCancel(true)
        .withFlightSqlServerBulkIngestion(writable)
        .withFlightSqlServerBulkIngestionTransaction(writable)
        .withFlightSqlServerStatementTimeout(0)
        .withFlightSqlServerTransactionTimeout(0)
        .withSqlDdlCatalog(false)
        .withSqlDdlSchema(writable)
        .withSqlDdlTable(writable);
  }

  private static void names(SqlInfoBuilder info) {
    info.withSqlIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlQuotedIdentifierCase(
            SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlIdentifierQuoteChar("\"")
        .withSqlSearchStringEscape("\\")
        .withSqlExtraNameCharacters("")
        .withSqlSchemaTerm("schema")
        .withSqlCatalogTerm("database")
        .withSqlProcedureTerm("macro")
        .withSqlCatalogAtStart(true)
        .withSqlAllTablesAreSelectable(true);
  }

  private static void language(SqlInfoBuilder info, boolean writable) {
    info.withSqlNullOrdering(SqlNullOrdering.SQL_NULLS_SORTED_AT_END)
        .withSqlSupportsColumnAliasing(true)
        .withSqlNullPlusNullIsNull(true)
        .withSqlSupportsTableCorrelationNames(true)
        .withSqlSupportsDifferentTableCorrelationNames(false)
        .withSqlSupportsExpressionsInOrderBy(true)
        .withSqlSupportsOrderByUnrelated(true)
        .withSqlSupportedGroupBy(
            SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED,
            SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT)
        .withSqlSupportsLikeEscapeClause(true)
        .withSqlSupportsNonNullableColumns(true)
        .withSqlSupportedGrammar(
            SupportedSqlGrammar.SQL_MINIMUM_GRAMMAR,
            SupportedSqlGrammar.SQL_CORE_GRAMMAR,
            SupportedSqlGrammar.SQL_EXTENDED_GRAMMAR)
        .withSqlSupportsIntegrityEnhancementFacility(false)
        .withSqlOuterJoinSupportLevel(SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS)
        .withSqlSchemasSupportedActions(SqlSupportedElementActions.SQL_ELEMENT_IN_PROCEDURE_CALLS)
        .withSqlCatalogsSupportedActions(SqlSupportedElementActions.SQL_ELEMENT_IN_PROCEDURE_CALLS)
        .withSqlSelectForUpdateSupported(false)
        .withSqlStoredProceduresSupported(false)
        .withSqlSubQueriesSupported(
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_QUANTIFIEDS)
        .withSqlCorrelatedSubqueriesSupported(true)
        .withSqlSupportedUnions(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL)
        .withSqlTransactionsSupported(true)
        .withSqlDefaultTransactionIsolation(
            SqlTransactionIsolationLevel.SQL_TRANSACTION_SERIALIZABLE_VALUE)
        .withSqlSupportedTransactionsIsolationLevels(
            SqlTransactionIsolationLevel.SQL_TRANSACTION_SERIALIZABLE)
        .withSqlDataDefinitionCausesTransactionCommit(false)
        .withSqlDataDefinitionsInTransactionsIgnored(false)
        .withSqlSupportedResultSetTypes(SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY)
        .withSqlBatchUpdatesSupported(writable)
        .withSqlSavepointsSupported(false)
        .withSqlNamedParametersSupported(false)
        .withSqlLocatorsUpdateCopy(false)
        .withSqlStoredFunctionsUsingCallSyntaxSupported(false);
  }

  /** Zero is Flight SQL's word for no limit, or none that is known. */
  private static void limits(SqlInfoBuilder info) {
    info.withSqlMaxBinaryLiteralLength(0)
        .withSqlMaxCharLiteralLength(0)
        .withSqlMaxColumnNameLength(0)
        .withSqlMaxColumnsInGroupBy(0)
        .withSqlMaxColumnsInIndex(0)
        .withSqlMaxColumnsInOrderBy(0)
        .withSqlMaxColumnsInSelect(0)
        .withSqlMaxColumnsInTable(0)
        .withSqlMaxConnections(0)
        .withSqlMaxCursorNameLength(0)
        .withSqlMaxIndexLength(0)
        .withSqlDbSchemaNameLength(0)
        .withSqlMaxProcedureNameLength(0)
        .withSqlMaxCatalogNameLength(0)
        .withSqlMaxRowSize(0)
        .withSqlMaxRowSizeIncludesBlobs(true)
        .withSqlMaxStatementLength(0)
        .withSqlMaxStatements(0)
        .withSqlMaxTableNameLength(0)
        .withSqlMaxTablesInSelect(0)
        .withSqlMaxUsernameLength(0);
  }

  private static String functions(String condition) {
    return "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'scalar'"
        + " AND regexp_full_match(function_name, '[a-z][a-z0-9_]*') AND "
        + condition
        + " ORDER BY 1";
  }

  private static String[] names(CatalogReader reader, String sql) {
    return reader.rows(sql, List.of()).stream()
        .map(row -> String.valueOf(row.get(0)))
        .toArray(String[]::new);
  }
}

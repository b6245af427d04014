package io.duckherder.spark.expression;

import org.apache.spark.sql.types.DataType;

/**
 * An expression as DuckDB SQL. Read as its DuckDB type, its values are exactly Spark's, and it
 * fails for the same values as Spark's does.
 *
 * @param sql the expression, in parentheses where it needs them
 * @param type Spark's type of it
 * @param duckdbType the DuckDB type that it has
 */
public record TypedSql(String sql, DataType type, String duckdbType) {}

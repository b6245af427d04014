package io.duckherder.spark.expression;

import org.apache.spark.sql.connector.expressions.NamedReference;

/**
 * A column by its plain name: Spark's own references write some names in quotes, and Spark then
 * does not find the column.
 */
public record ColumnName(String describe) implements NamedReference {
  @Override
  public String[] fieldNames() {
    return new String[] {describe};
  }
}

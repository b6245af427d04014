package io.duckherder.spark;

import org.apache.spark.sql.connector.catalog.constraints.Constraint;

/**
 * A CHECK of DuckDB's, for Spark to show. None of Spark's own: such it tests rows against, in its
 * own dialect, and writes their names and texts as they are into the Java that it makes for that.
 * DuckDB tests the rows.
 *
 * @param condition in DuckDB's SQL
 */
record ShownCheck(String name, String condition) implements Constraint {
  @Override
  public boolean enforced() {
    return true;
  }

  @Override
  public ValidationStatus validationStatus() {
    return ValidationStatus.VALID;
  }

  @Override
  public boolean rely() {
    return true;
  }

  @Override
  public String toDDL() {
    return "CONSTRAINT %s %s".formatted(name, toDescription());
  }

  @Override
  public String toDescription() {
    return "CHECK (%s) ENFORCED RELY".formatted(condition);
  }
}

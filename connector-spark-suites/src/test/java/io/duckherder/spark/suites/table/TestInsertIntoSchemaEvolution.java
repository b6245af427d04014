package io.duckherder.spark.suites.table;

import java.util.Set;
import org.apache.spark.sql.connector.InsertIntoSchemaEvolutionTests;

/**
 * Spark's tests of {@code INSERT WITH SCHEMA EVOLUTION}: all of them with {@code
 * -Dduckherder.matrix=full}, otherwise those of types, and of new columns by name.
 */
public final class TestInsertIntoSchemaEvolution extends SqlSuite {
  @Override
  Class<?> group() {
    return InsertIntoSchemaEvolutionTests.class;
  }

  @Override
  Set<String> beginnings() {
    return Set.of("Insert schema evolution", "Insert extra column by position");
  }

  @Override
  boolean isSpared(String name) {
    return !System.getProperty("duckherder.matrix", "").equals("full")
        && !name.contains("type")
        && !name.matches(".*extra .*by name.*");
  }

  @Override
  String catalogName() {
    return "evolving";
  }
}

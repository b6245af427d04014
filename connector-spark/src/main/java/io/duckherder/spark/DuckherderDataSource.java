package io.duckherder.spark;

import org.apache.spark.sql.sources.DataSourceRegister;

public final class DuckherderDataSource implements DataSourceRegister {
  @Override
  public String shortName() {
    return "duckherder";
  }
}

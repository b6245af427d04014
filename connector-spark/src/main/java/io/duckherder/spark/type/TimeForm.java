package io.duckherder.spark.type;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * As what Spark sees times of day. Spark has a TIME type since 4.1, of microseconds, and it can be
 * switched off; elsewhere times are strings as DuckDB writes them.
 *
 * @param ofMicroseconds for DuckDB's TIME
 * @param ofNanoseconds for DuckDB's TIME_NS
 */
public record TimeForm(DataType ofMicroseconds, DataType ofNanoseconds) {
  /** Times as strings. */
  public static final TimeForm TEXT = new TimeForm(DataTypes.StringType, DataTypes.StringType);

  /** Times in the form that this Spark has, given whether the session allows its TIME type. */
  public static TimeForm of(String enabled) {
    if (!Boolean.parseBoolean(enabled)) {
      return TEXT;
    }
    try {
      return new TimeForm(DataType.fromDDL("TIME(6)"), DataTypes.StringType);
    } catch (Exception e) {
      // A Spark before 4.1 cannot parse the name, and says so by a checked exception.
      return TEXT;
    }
  }
}

package io.duckherder.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Days since 1970-01-01, in the years that Spark's DATE has. */
final class DateColumn extends FixedWidthColumn {
  private final String column;

  DateColumn(DataType type, String column) {
    super(type);
    this.column = column;
  }

  @Override
  public int getInt(int row) {
    int days = Platform.getInt(null, data + 4L * row);
    if ((days < SparkRange.FIRST_DAY || days > SparkRange.LAST_DAY) && !isNullAt(row)) {
      throw SparkRange.date(column, days);
    }
    return days;
  }
}

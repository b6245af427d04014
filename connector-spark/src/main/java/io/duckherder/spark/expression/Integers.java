package io.duckherder.spark.expression;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Spark's four types of whole numbers. */
final class Integers {
  private Integers() {}

  /** How many bits a number of a type has; empty for other types. */
  static Optional<Integer> bits(DataType type) {
    if (type.equals(DataTypes.ByteType)) {
      return Optional.of(Byte.SIZE);
    }
    if (type.equals(DataTypes.ShortType)) {
      return Optional.of(Short.SIZE);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return Optional.of(Integer.SIZE);
    }
    return type.equals(DataTypes.LongType) ? Optional.of(Long.SIZE) : Optional.empty();
  }

  static boolean contain(DataType type) {
    return bits(type).isPresent();
  }
}

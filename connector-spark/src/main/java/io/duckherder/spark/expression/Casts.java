package io.duckherder.spark.expression;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Casts that change no value, or change it as every engine does. */
final class Casts {
  /** Decimals of so many digits are doubles divided by a power of ten, both exact. */
  private static final int DOUBLE_DIGITS = 15;

  private Casts() {}

  /** Empty if a value could fail or come out otherwise than in Spark. */
  static Optional<Term> cast(Term term, DataType target) {
    DataType source = term.type();
    if (source.equals(target)) {
      return Optional.of(term);
    }
    if (Integers.contain(source) || source instanceof DecimalType) {
      return ofNumber(term, target);
    }
    return isExact(source, target)
        ? Optional.of(to(target, term).withoutRisk(Risk.FAR_DATE))
            .filter(cast -> !term.risks().contains(Risk.FAR_DATE))
        : Optional.empty();
  }

  private static boolean isExact(DataType source, DataType target) {
    if (source.equals(DataTypes.BooleanType)) {
      return Integers.contain(target) || target.equals(DataTypes.StringType);
    }
    if (source.equals(DataTypes.FloatType)) {
      return target.equals(DataTypes.DoubleType);
    }
    if (source.equals(DataTypes.DateType)) {
      return target.equals(DataTypes.TimestampNTZType) || target.equals(DataTypes.StringType);
    }
    return source.equals(DataTypes.TimestampNTZType) && target.equals(DataTypes.DateType);
  }

  private static Optional<Term> ofNumber(Term term, DataType target) {
    Bounds bounds = term.bounds().orElseThrow();
    int scale = term.type() instanceof DecimalType decimal ? decimal.scale() : 0;
    if (Integers.contain(target)) {
      return scale == 0 && bounds.fits(target)
          ? Optional.of(to(target, term).withBounds(bounds))
          : Optional.empty();
    }
    if (target instanceof DecimalType decimal && decimal.scale() >= scale) {
      Bounds shifted = bounds.shifted(decimal.scale() - scale);
      return shifted.fits(target)
          ? Optional.of(to(target, term).withBounds(shifted))
          : Optional.empty();
    }
    if (target.equals(DataTypes.DoubleType)) {
      return isExactDouble(term.type()) ? Optional.of(to(target, term)) : Optional.empty();
    }
    return target.equals(DataTypes.StringType) && Integers.contain(term.type())
        ? Optional.of(to(target, term))
        : Optional.empty();
  }

  private static boolean isExactDouble(DataType source) {
    return !(source instanceof DecimalType decimal) || decimal.precision() <= DOUBLE_DIGITS;
  }

  private static Term to(DataType target, Term term) {
    return Term.of(PlainType.cast(term.sql(), target), target, List.of(term));
  }
}

package io.duckherder.spark.expression;

import java.math.BigInteger;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/**
 * Between which numbers all values of an expression lie. Decimals are counted in units of their
 * last digit.
 */
record Bounds(BigInteger least, BigInteger greatest) {
  static Bounds of(long least, long greatest) {
    return new Bounds(BigInteger.valueOf(least), BigInteger.valueOf(greatest));
  }

  static Bounds exactly(BigInteger value) {
    return new Bounds(value, value);
  }

  /** What a type can hold; empty if it is not a whole number or decimal. */
  static Optional<Bounds> of(DataType type) {
    if (type instanceof DecimalType decimal) {
      BigInteger most = BigInteger.TEN.pow(decimal.precision()).subtract(BigInteger.ONE);
      return Optional.of(new Bounds(most.negate(), most));
    }
    return Integers.bits(type).map(Bounds::ofBits);
  }

  private static Bounds ofBits(int bits) {
    BigInteger beyond = BigInteger.ONE.shiftLeft(bits - 1);
    return new Bounds(beyond.negate(), beyond.subtract(BigInteger.ONE));
  }

  boolean within(Bounds other) {
    return least.compareTo(other.least) >= 0 && greatest.compareTo(other.greatest) <= 0;
  }

  /** Whether values of a type hold all of it; so for types that have no bounds. */
  boolean fits(DataType type) {
    return of(type).map(this::within).orElse(true);
  }

  Bounds or(Bounds other) {
    return new Bounds(least.min(other.least), greatest.max(other.greatest));
  }

  Bounds plus(Bounds other) {
    return new Bounds(least.add(other.least), greatest.add(other.greatest));
  }

  Bounds negated() {
    return new Bounds(greatest.negate(), least.negate());
  }

  Bounds times(Bounds other) {
    BigInteger a = least.multiply(other.least);
    BigInteger b = least.multiply(other.greatest);
    BigInteger c = greatest.multiply(other.least);
    BigInteger d = greatest.multiply(other.greatest);
    return new Bounds(a.min(b).min(c).min(d), a.max(b).max(c).max(d));
  }

  /** The same numbers in units that are powers of ten smaller. */
  Bounds shifted(int digits) {
    BigInteger factor = BigInteger.TEN.pow(digits);
    return new Bounds(least.multiply(factor), greatest.multiply(factor));
  }

  Bounds magnitude() {
    BigInteger most = least.abs().max(greatest.abs());
    boolean spansZero = least.signum() <= 0 && greatest.signum() >= 0;
    return new Bounds(spansZero ? BigInteger.ZERO : least.abs().min(greatest.abs()), most);
  }
}

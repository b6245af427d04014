package io.duckherder.spark.pushdown;

import io.duckherder.sql.SqlText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;

/**
 * A Bernoulli sample: each row is in it or not, whatever the others are. A hash of the row's number
 * and the seed decides, which is taken for a number from 0 to 1. So a row is in the same samples
 * however a table is divided into partitions, and ranges of these numbers that do not overlap give
 * samples that have no row in common.
 *
 * @param lower the least of the numbers in the sample
 * @param upper the number after the last one in it
 * @param seed what tells the sample from another of the same size
 */
public record RowSample(double lower, double upper, long seed) {
  private static final BigInteger HASHES = BigInteger.ONE.shiftLeft(Long.SIZE);

  /** The condition that a row is in the sample, of the column with the rows' numbers. */
  public String condition(String rowNumbers) {
    // DuckDB's hash of a pair is linear in the second, so two seeds would give related samples.
    long key = new SplittableRandom(seed).nextLong();
    String hash = "hash(xor(%s, (%d)::BIGINT))".formatted(SqlText.identifier(rowNumbers), key);
    BigInteger first = hash(lower);
    BigInteger end = hash(upper);
    if (end.compareTo(HASHES) >= 0) {
      return "%s >= %d::UBIGINT".formatted(hash, first);
    }
    return "%s >= %d::UBIGINT AND %s < %d::UBIGINT".formatted(hash, first, hash, end);
  }

  private static BigInteger hash(double number) {
    return new BigDecimal(Math.max(0, number)).multiply(new BigDecimal(HASHES)).toBigInteger();
  }
}

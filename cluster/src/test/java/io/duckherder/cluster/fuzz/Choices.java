package io.duckherder.cluster.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The decisions of a fuzzer: the same seed makes the same ones. */
final class Choices {
  private final SplittableRandom random;

  Choices(long seed) {
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
  }

  /** A number from 0 up to but without a bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int greatest) {
    return least + random.nextInt(greatest - least + 1);
  }

  /** True so many times out of a hundred. */
  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  @SafeVarargs
  final <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }
}

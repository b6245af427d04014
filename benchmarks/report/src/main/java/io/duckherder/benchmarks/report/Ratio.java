package io.duckherder.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * How two measurements of one run compare. It outlives the machine: what slows one down slows both.
 *
 * @param name says what is divided by what
 * @param better whether more or less of it is better
 * @param aim what it ought to be, if it was ever said
 */
public record Ratio(String name, double value, Better better, @Nullable Double aim) {
  /** A ratio that nobody set an aim for. */
  public Ratio(String name, double value, Better better) {
    this(name, value, better, null);
  }

  /** Which way is up. */
  public enum Better {
    MORE,
    LESS
  }

  /** Whether there is an aim and the value misses it. */
  public boolean missesAim() {
    return aim != null && (better == Better.MORE ? value < aim : value > aim);
  }

  /** How much worse this is than another, as a share of that: 0.2 where it lost a fifth. */
  double lossSince(Ratio before) {
    return better == Better.MORE ? 1 - value / before.value : 1 - before.value / value;
  }
}

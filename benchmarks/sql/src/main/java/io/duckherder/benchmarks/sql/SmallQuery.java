package io.duckherder.benchmarks.sql;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Small queries over TPC-H; some ask for another key each time, and so are another text. */
enum SmallQuery {
  SELECT_ONE("SELECT 1", false, 1.5),
  LOOKUP("SELECT * FROM orders WHERE o_orderkey = 2000000", false, 1.5),
  ANY_LOOKUP("SELECT * FROM orders WHERE o_orderkey = ", true, 1.5),
  ANY_CUSTOMER("SELECT c_name, c_acctbal FROM customer WHERE c_custkey = ", true, 1.5),
  JOIN(
      "SELECT n_name, r_name FROM nation JOIN region ON n_regionkey = r_regionkey LIMIT 1",
      false,
      null),
  COUNT("SELECT count(*) FROM supplier", false, null);

  private final String text;
  private final boolean takesKey;
  private final @Nullable Double aim;

  SmallQuery(String text, boolean takesKey, @Nullable Double aim) {
    this.text = text;
    this.takesKey = takesKey;
    this.aim = aim;
  }

  /** How many times as long as the empty server it ought to take at most, if that was ever said. */
  @Nullable Double aim() {
    return aim;
  }

  /**
   * A text of this query.
   *
   * @param scale the scale factor of the data
   */
  String sql(int scale) {
    if (!takesKey) {
      return text;
    }
    // The first of each 32 order keys is one that exists, and customers are numbered from 1 on.
    int keys = 150_000 * scale;
    int number = ThreadLocalRandom.current().nextInt(keys);
    return text + (this == ANY_LOOKUP ? number * 32L + 32 : number + 1);
  }

  /** The query that a text is of. */
  static SmallQuery of(String sql) {
    return Arrays.stream(values())
        .filter(query -> query.takesKey ? sql.startsWith(query.text) : sql.equals(query.text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No small query is \"" + sql + "\""));
  }
}

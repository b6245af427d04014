package io.duckherder.spark;

import java.util.Random;

/** Writes queries over the {@link TroublesomeTable}, by chance from a seed. */
final class RandomQueries {
  private RandomQueries() {}

  /** A query with {@code %s} in place of the table, whose answer has one order or none. */
  static String of(long seed) {
    Random random = new Random(seed);
    int kind = random.nextInt(8);
    RandomExpressions sure = new RandomExpressions(random, false);
    RandomExpressions some = new RandomExpressions(random, random.nextInt(4) == 0);
    String where = random.nextInt(5) == 0 ? "" : " WHERE " + sure.condition(random.nextInt(3));
    int depth = random.nextInt(3);
    return switch (kind) {
      case 0, 1, 2 -> "SELECT id FROM %s WHERE " + escaped(sure.condition(1 + random.nextInt(3)));
      case 3 -> "SELECT id, " + escaped(some.any(depth)) + " AS v FROM %s" + escaped(where);
      case 4 -> "SELECT " + escaped(aggregates(random, some)) + " FROM %s" + escaped(where);
      case 5, 6 -> grouped(random, sure, some, where);
      default -> firstRows(random, sure, where);
    };
  }

  private static String grouped(
      Random random, RandomExpressions sure, RandomExpressions some, String where) {
    String key = escaped(sure.key(random.nextInt(2)));
    String other = random.nextBoolean() ? "" : ", " + escaped(sure.key(random.nextInt(2)));
    String having = random.nextInt(4) == 0 ? " HAVING count(*) > 300" : "";
    return "SELECT "
        + key
        + " AS k"
        + other.replaceFirst("$", other.isEmpty() ? "" : " AS k2")
        + ", "
        + escaped(aggregates(random, some))
        + " FROM %s"
        + escaped(where)
        + " GROUP BY "
        + key
        + other
        + having;
  }

  private static String firstRows(Random random, RandomExpressions sure, String where) {
    String direction = random.nextBoolean() ? "" : " DESC";
    String nulls =
        random.nextBoolean() ? "" : random.nextBoolean() ? " NULLS FIRST" : " NULLS LAST";
    String offset = random.nextInt(3) == 0 ? " OFFSET " + random.nextInt(20) : "";
    return "SELECT id, s, d FROM %s"
        + escaped(where)
        + " ORDER BY "
        + escaped(sure.key(random.nextInt(2)))
        + direction
        + nulls
        + ", id"
        + " LIMIT "
        + (1 + random.nextInt(40))
        + offset;
  }

  private static String aggregates(Random random, RandomExpressions some) {
    StringBuilder list = new StringBuilder();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int depth = random.nextInt(2);
      String call =
          switch (random.nextInt(9)) {
            case 0 -> "count(*)";
            case 1 -> "count(" + some.any(depth) + ")";
            // Never of a literal, which Spark takes for count(*) before it asks a source.
            case 2 -> "count(DISTINCT CASE WHEN id > 9 THEN " + some.key(depth) + " END)";
            case 3 -> "min(" + some.key(depth) + ")";
            case 4 -> "max(" + some.key(depth) + ")";
            case 5 -> "sum(" + some.integer(depth) + ")";
            case 6 -> "sum(" + some.decimal(depth) + ")";
            case 7 ->
                "avg(" + (random.nextBoolean() ? some.integer(depth) : some.decimal(depth)) + ")";
            default -> "max(" + some.floating(depth) + ") + 0D";
          };
      list.append(i == 0 ? "" : ", ").append(call).append(" AS a").append(i);
    }
    return list.toString();
  }

  private static String escaped(String sql) {
    return sql.replace("%", "%%");
  }
}

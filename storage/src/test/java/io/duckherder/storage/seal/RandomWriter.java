package io.duckherder.storage.seal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up statements that write, each of which succeeds after those before it. */
final class RandomWriter {
  private final Random random;
  private final List<String> tables = new ArrayList<>();
  private final List<String> indexed = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private int made;

  RandomWriter(Random random) {
    this.random = random;
  }

  String next() {
    String sql = tables.isEmpty() ? create() : choose();
    done.add(sql);
    return sql;
  }

  List<String> done() {
    return done;
  }

  private String choose() {
    String table = tables.get(random.nextInt(tables.size()));
    int number = random.nextInt(100_000);
    switch (random.nextInt(14)) {
      case 0:
        return create();
      case 1, 2:
        return rows(table, 1 + random.nextInt(50));
      case 3, 4:
        return rows(table, 3000 + random.nextInt(20_000));
      case 5:
        return "UPDATE %s SET s = s || '-%d' WHERE i %% 17 = %d"
            .formatted(table, number, number % 17);
      case 6:
        return "UPDATE %s SET i = i + 1 WHERE i BETWEEN %d AND %d"
            .formatted(table, number, number + 1000);
      case 7, 8:
        return "DELETE FROM %s WHERE i BETWEEN %d AND %d".formatted(table, number, number + 30_000);
      case 9:
        return "TRUNCATE " + table;
      case 10:
        return random.nextInt(2) == 0 ? drop(table) : rows(table, 5000);
      case 11:
        return indexed.remove(table) ? "DROP INDEX index_" + table : index(table);
      case 12:
        return indexed.contains(table)
            ? "COMMENT ON TABLE %s IS 'number %d'".formatted(table, number)
            : "ALTER TABLE %s ADD COLUMN c%d DOUBLE DEFAULT %d".formatted(table, made++, number);
      default:
        return "BEGIN; %s; ROLLBACK".formatted(rows(table, 10_000));
    }
  }

  private String create() {
    String table = "t" + made++;
    tables.add(table);
    return "CREATE TABLE %s (i BIGINT, s VARCHAR, l INTEGER[])".formatted(table);
  }

  private String drop(String table) {
    tables.remove(table);
    indexed.remove(table);
    return "DROP TABLE " + table;
  }

  private String index(String table) {
    indexed.add(table);
    return "CREATE INDEX index_%s ON %s (i)".formatted(table, table);
  }

  private String rows(String table, int count) {
    int seed = random.nextInt(1000);
    String text = seed % 9 == 0 ? "repeat(md5(range::VARCHAR), 200)" : "md5((range * %d)::VARCHAR)";
    return "INSERT INTO %s BY NAME SELECT (range * 7919 + %d) %% 100000 AS i, %s AS s, [range, %d] AS l FROM range(%d)"
        .formatted(table, seed, text.formatted(seed), seed, seed % 9 == 0 ? count / 50 + 1 : count);
  }
}

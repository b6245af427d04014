package io.duckherder.benchmarks.sql;

import java.util.Map;
import java.util.TreeMap;

/** Reads right after a commit, which they have to see, beside the same reads without one before. */
final class FreshReads {
  private final QueryClient client;
  private final long rows;
  private final int reads;

  /**
   * A run.
   *
   * @param rows of the big table
   * @param reads of each kind
   */
  FreshReads(QueryClient client, long rows, int reads) {
    this.client = client;
    this.rows = rows;
    this.reads = reads;
  }

  void measure(String file, SealReport report) throws Exception {
    Map<String, String> queries = new TreeMap<>();
    queries.put("small: count", "SELECT count(*) FROM small");
    queries.put("big: one row", "SELECT * FROM big WHERE id = " + rows / 3);
    queries.put("big: sum of a column", "SELECT sum(a) FROM big");
    for (Map.Entry<String, String> query : queries.entrySet()) {
      String table = query.getKey().startsWith("small") ? "small" : "big";
      Latencies after = new Latencies();
      Latencies alone = new Latencies();
      for (int i = -5; i < reads; i++) {
        client.run("INSERT INTO %s VALUES (%d, 1, 1, 1, 1)".formatted(table, 3 * rows + i));
        long first = time(query.getValue());
        long second = time(query.getValue());
        if (i >= 0) {
          after.add(first);
          alone.add(second);
        }
      }
      report.addRead(file, query.getKey(), after, alone);
    }
  }

  private long time(String sql) throws Exception {
    long started = System.nanoTime();
    client.run(sql);
    return System.nanoTime() - started;
  }
}
